"""Availability: price and stock of lines, read from the store with one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.rate_limiter import Priority
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.pricing import Currency
from portal.rules.orders.quotes import QuotedLine, ValidationMessage
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.services.orders.order_lines import read_order_lines
from portal.services.orders.quote_checks import get_working_store, store_problems
from portal.services.orders.store_answers import StoreAnswers
from portal.services.runtime import Runtime


@dataclass(frozen=True)
class Availability:
    """Lines with their price and stock at ``read_at``; None for a line without a product."""

    store_id: int
    currency: Currency
    lines: Sequence[QuotedLine | None]
    problems: Sequence[ValidationMessage]
    read_at: datetime

    def document(self) -> dict[str, Any]:
        """Return the availability as JSON; problems are assigned to their lines."""
        of_lines: dict[int | None, list[dict[str, Any]]] = {}
        for problem in self.problems:
            of_lines.setdefault(problem.line, []).append(problem.document())
        general = of_lines.get(None, [])
        lines = []
        for position, line in enumerate(self.lines):
            errors = of_lines.get(position, [])
            shown = {} if line is None else line.document()
            names = ("product_id", "variation_id", "sku", "name", "price", "stock")
            lines.append(
                {name: shown.get(name) for name in names}
                | {
                    "position": position,
                    "is_available": line is not None and not errors and not general,
                    "validation_errors": errors,
                }
            )
        return {
            "store_id": self.store_id,
            "currency": self.currency.code,
            "lines": lines,
            "validation_errors": general,
            "read_at": self.read_at.isoformat(timespec="seconds"),
        }


def check_availability(
    runtime: Runtime,
    store_id: int,
    requests: tuple[LineRequest, ...],
    terms: SaleTerms = OWN_TERMS,
) -> Availability:
    """Return price and stock of the lines; what was just sold through the portal is subtracted.

    ``terms`` are those of the channel. Raises StoreNotWorkingError, StoreNotConnectedError and
    EcwidError.
    """
    store = get_working_store(store_id)
    client = runtime.client(store_id, Priority.QUOTE)
    answers = StoreAnswers(runtime.redis, store_id)
    found = read_order_lines(client, store, requests, answers, terms)
    by_position = {line.position: line for line in found.lines}
    return Availability(
        store_id,
        store.money_currency,
        [by_position.get(position) for position in range(len(requests))],
        (*store_problems(store, terms), *found.problems),
        found.read_at,
    )
