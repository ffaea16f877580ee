"""Fixtures of the order tests: a store at the sandbox, with products to order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from portal.config import Settings
from portal.models import OrderSubmission, utc_now
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.order_request_json import read_order_request
from portal.rules.orders.quotes import Quote
from portal.rules.orders.submission_states import SubmissionState
from portal.sandbox.server import SandboxServer
from portal.services.mirror.resources import PRODUCTS
from portal.services.orders.process_submission import process_submission
from portal.services.orders.submissions import SubmissionView, find_submission
from portal.services.orders.submit_order import OrderSender, submit_order
from portal.services.runtime import Runtime
from tests.shop import Shop, open_shop

ADA = {
    "name": "Ada Adler",
    "street": "5 Road",
    "postal_code": "53111",
    "city": "Bonn",
    "country_code": "DE",
}
SENDER = OrderSender("api_key 7")


@dataclass
class Counter(Shop):
    """A store at the sandbox that receives orders."""

    def product(self, **fields: Any) -> int:
        """Add a product to the store."""
        product = {"name": "Mug", "price": 12.5, "quantity": 10, "weight": 0.3} | fields
        return self.server.parts.products.create(self.store_id, product)

    def variation_id(self, product_id: int, number: int = 0) -> int:
        """Return the id of one of a product's variations."""
        product = self.server.parts.products.get(self.store_id, product_id)
        return int(product["combinations"][number]["id"])

    def coupon(self, code: str = "TEN", **fields: Any) -> dict[str, Any]:
        """Add a coupon to the store."""
        coupon = {"code": code, "discountType": "PERCENT", "discount": 10}
        return self.server.parts.coupons.create(self.store_id, coupon | fields)

    def request(self, *lines: dict[str, Any], **changes: Any) -> OrderRequest:
        """Return an order request with these lines, or with one mug."""
        document: dict[str, Any] = {
            "lines": list(lines) or [{"product_id": self.product(), "quantity": 2}],
            "email": "Ada@Shopper.example",
            "shipping_person": ADA,
            "shipping_method": "standard",
        }
        return read_order_request(document | changes)

    def submit(self, request: OrderRequest | None = None, key: str = "key-1") -> SubmissionView:
        """Accept an order request; nothing is sent yet."""
        return submit_order(
            self.runtime, self.store_id, SENDER, key, request or self.request()
        ).submission

    def work(self, submission_id: int) -> SubmissionView:
        """Process a due submission; return it."""
        process_submission(self.runtime, submission_id)
        return self.now(submission_id)

    def now(self, submission_id: int) -> SubmissionView:
        """Return the current submission."""
        found = find_submission(self.store_id, submission_id)
        assert found is not None
        return found

    def all_calls(self) -> dict[str, int]:
        """Return how many calls of each method and path the store has received."""
        counts = self.server.parts.access.request_counts
        return {call: count for (_, call), count in sorted(counts.items())}

    def mirror(self, *product_ids: int) -> None:
        """Copy products of the store to the mirror."""
        client = self.runtime.client(self.store_id)
        payloads = [client.product(product_id) for product_id in product_ids]
        PRODUCTS.save(self.store_id, payloads, utc_now())

    def fault_of_orders(self, kind: str, **more: Any) -> None:
        """Make the next order that is sent fail in this way."""
        self.fault("/orders", more.pop("status", 0), kind=kind, method="POST", times=1, **more)

    def orders(self) -> list[dict[str, Any]]:
        """Return the store's orders, oldest first."""
        rows = self.server.parts.state.rows(
            "SELECT id FROM purchase WHERE store = ? UNION SELECT id FROM unindexed"
            " WHERE resource = 'order' AND store = ? ORDER BY 1",
            *(self.store_id, self.store_id),
        )
        orders = self.server.parts.orders
        return [orders.get(self.store_id, str(row["id"])) for row in rows]


def let_pass(submission_id: int, seconds: float) -> None:
    """Move a submission's times this far into the past."""
    row = OrderSubmission.get_by_id(submission_id)
    span = timedelta(seconds=seconds)
    OrderSubmission.update(
        due_at=row.due_at and min(row.due_at, utc_now()),
        sent_at=row.sent_at and row.sent_at - span,
        received_at=row.received_at - span,
    ).where(OrderSubmission.id == submission_id).execute()


def states(view: SubmissionView) -> list[SubmissionState]:
    """Return the former states of a submission."""
    return [step.state for step in view.history]


def codes(quote: Quote) -> list[str]:
    """Return the codes of a quote's validation errors."""
    return [problem.code for problem in quote.validation_errors]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """SQLite alone, because the SQL of most order tests doesn't matter."""
    return sqlite_database_url


@pytest.fixture
def settings(settings: Settings, sandbox: SandboxServer) -> Settings:
    """Settings of a portal that uses the sandbox, without its quota."""
    sandbox.parts.switches.set("quota_per_minute", "0")
    return replace(settings, ecwid_api_url=f"{sandbox.url}/api/v3")


@pytest.fixture
def counter(runtime: Runtime, sandbox: SandboxServer) -> Iterator[Counter]:
    """A connected store without any records."""
    shop = open_shop(runtime, sandbox)
    yield Counter(sandbox, runtime, shop.store_id)
    sandbox.parts.access.faults.stop()
