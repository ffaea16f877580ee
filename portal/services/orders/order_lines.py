"""Lines of an order request with the products, prices and stock of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.ecwid.client import EcwidClient
from portal.models import Store
from portal.rules.orders.order_lines import resolve_lines
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.quantity_limits import quantity_problems, stock_needs
from portal.rules.orders.quotes import QuotedLine, ValidationMessage
from portal.rules.orders.sale_terms import SaleTerms
from portal.rules.orders.stock_claims import StockNeed
from portal.services.orders.fetch_catalog_items import fetch_catalog_items
from portal.services.orders.stock_claims import claims_of_products
from portal.services.orders.store_answers import StoreAnswers


@dataclass(frozen=True)
class OrderLines:
    """Lines that have a product and a price, and the problems of all requested lines.

    ``stock_needs`` are the pieces of each stock that the lines need, ``read_at`` is when the
    products were read.
    """

    lines: tuple[QuotedLine, ...]
    problems: Sequence[ValidationMessage]
    stock_needs: tuple[StockNeed, ...]
    read_at: datetime


def read_order_lines(
    client: EcwidClient,
    store: Store,
    requests: tuple[LineRequest, ...],
    answers: StoreAnswers,
    terms: SaleTerms,
    submission_id: int | None = None,
) -> OrderLines:
    """Read the products of the lines, and subtract what was just sold through the portal.

    ``submission_id`` is the submission of the lines, if any: it is refused only for what is
    certainly sold. Raises EcwidError.
    """
    items = fetch_catalog_items(client, requests, answers).selected(terms, store.id)
    claims = claims_of_products(store.id, items.by_product.keys(), submission_id)
    left = items.with_remaining_stock(claims, is_cautious=submission_id is None).offered(terms)
    lines, problems = resolve_lines(requests, left.by_line, store.money_currency)
    unreadable = {problem.line for problem in items.problems}
    return OrderLines(
        lines,
        (
            *items.problems,
            *(problem for problem in problems if problem.line not in unreadable),
            *quantity_problems(lines, left.by_product),
        ),
        stock_needs(lines, items.by_product, terms),
        items.read_at,
    )
