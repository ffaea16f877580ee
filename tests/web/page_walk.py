"""Requests to every GET route of the app, with what each costs: statements and bytes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.conftest import Visitor


@dataclass(frozen=True)
class PageCost:
    """Response of one page, and the SQL statements that it took.

    ``name`` is the endpoint, with the query string of a search.
    """

    name: str
    response: TestResponse
    statements: tuple[str, ...]

    @property
    def kilobytes(self) -> float:
        """Return the size of the body before compression."""
        return len(self.response.data) / 1000


class _Statements(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        statement = record.msg[0] if isinstance(record.msg, tuple) else str(record.msg)
        self.seen.append(statement)


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """Collect the statements that peewee sends to any database, in their order."""
    log, handler = logging.getLogger("peewee"), _Statements()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        yield handler.seen
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def get_rules(app: Flask) -> Iterator[Rule]:
    """Yield the rule of each page that a browser or a program can request with GET."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" in (rule.methods or ()):
            yield rule


# Searches that a person may type, by endpoint; each is a page of its own.
QUERIES = {
    "stores.index": ("q=workshop", "q=1003"),
    "products.index": (
        "q=mug",
        "q=nowhere",
        "sort=name",
        "sort=-price&visibility=visible",
        "sort=stock&stock=sold_out",
        "category=5",
        "category=201&sort=price",
        "sellable=no",
        "sellable=gift_card&q=mug",
    ),
    "orders.index": (
        "q=ada",
        "payment=PAID&fulfillment=SHIPPED",
        "channel=portal",
        "sort=oldest",
        "sort=-total",
        "sort=total&payment=AWAITING_PAYMENT&q=ada",
        "product=5",
        "product=5&sort=-total",
    ),
    "orders.selected": ("order=90",),
    "orders.packing_slips": ("order=90", "order=90&prices=1"),
    "customers.index": (
        "q=ada",
        "sort=name",
        "orders=no",
        "sort=-orders&marketing=yes&orders=no",
    ),
    "coupons.index": ("q=welcome", "sort=name", "sort=-uses&status=PAUSED"),
    "search.index": ("q=mug", "q=ada", "q=e"),
    "channels.catalog": ("reason=no_image",),
    "channels.catalog_list": ("q=mug", "show=picked"),
    "events.index": (
        "q=x",
        "q=x+y&state=dead&entity=5",
        "state=pending",
        "type=product.updated&since=2026-01-01T00:00&until=2100-01-01T00:00",
        "oldest=1",
    ),
    "events.confirm_replay": ("q=x", "q=x&state=dead", "entity=5", "type=product.updated"),
    "orders.new": ("q=mug",),
    "orders.submissions": ("state=failed", "state=unknown"),
    "endpoints.show": ("state=waiting",),
    "operator.stores": (
        "sort=name",
        "sort=connected",
        "sort=changed",
        "sort=events",
        "q=5",
        "q=owner@example.com",
        "health=in_sync",
        "issue=any&failing=events",
        "sort=name&after=1-Workshop+by+the+river+9",
    ),
    "operator.confirm_bulk_action": (
        "action=sync",
        "action=disconnect&issue=any",
        "action=notify",
        "action=pause&scope=chosen&store=1003&store=5001",
    ),
    "operator.onboarding_list": ("q=clay&status=&window=all", "status=refused&window=90"),
    "operator.rejected_webhooks": ("window=quarter",),
    "operator.users": ("q=person", "kind=operators", "kind=merchants&state=without_factor"),
    "operator.audit_log": (
        "person=owner@example.com&action=run.started&store=1003",
        "since=2026-01-01T00:00&until=2100-01-01T00:00",
        "person=command+line",
    ),
    "operator.security_events": (
        "person=owner@example.com&kind=password_refused&network=203.0.113.x",
        "since=2026-01-01T00:00&until=2100-01-01T00:00",
    ),
}


@dataclass(frozen=True)
class PageRequest:
    """Request of one page; ``name`` is the endpoint, with the query string of a search."""

    name: str
    path: str
    query: str

    def send(self, visitor: Visitor, headers: Mapping[str, str], number: int) -> TestResponse:
        """Return the response; ``number`` makes an IP address that no rate limit has counted."""
        response = visitor.get(
            self.path,
            query_string=self.query,
            headers=dict(headers) if self.name.startswith("api.") else None,
            environ_overrides={
                "REMOTE_ADDR": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
            },
        )
        response.get_data()
        response.close()
        return response


def page_requests(
    app: Flask, rows: Mapping[str, Any], *, has_all_rows: bool = True
) -> Iterator[PageRequest]:
    """Yield a request of each page, and one per search; ``rows`` are those of `make_rows`.

    Without ``has_all_rows``, pages of rows that don't exist are left out.
    """
    for rule in get_rules(app):
        missing = rule.arguments.difference(rows)
        if missing and not has_all_rows:
            continue
        assert not missing, f"{rule.endpoint}: add rows for {missing} to tests/web/route_rows.py"
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **{name: rows[name] for name in rule.arguments})
        for query in ("", *QUERIES.get(rule.endpoint, ())):
            yield PageRequest(f"{rule.endpoint}?{query}" if query else rule.endpoint, path, query)


def walk(
    app: Flask, visitor: Visitor, rows: Mapping[str, Any], headers: Mapping[str, str]
) -> list[PageCost]:
    """Send each request once; ``headers`` go to the API only."""
    costs = []
    for number, page in enumerate(page_requests(app, rows)):
        with recorded_statements() as statements:
            response = page.send(visitor, headers, number)
        costs.append(PageCost(page.name, response, tuple(statements)))
    return costs
