"""Limited uses of a coupon are never exceeded, and come back with a canceled or deleted order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portal.models import Lease, OrderSubmission, database
from portal.rules.orders.quotes import Quote
from portal.rules.orders.submission_states import SubmissionState
from portal.services.mirror import own_writes
from portal.services.orders.process_submission import SubmissionProcessor
from portal.services.orders.submissions import SubmissionView
from portal.services.orders.waiting_submissions import LEASE_TTL_S, lease_name
from portal.services.work.leases import Claim
from tests.rules.orders.test_coupon_cases import rows_of
from tests.services.orders.conftest import Counter, let_pass

LIMITS = {
    "once": {"usesLimit": "SINGLE"},
    "once per customer": {"usesLimit": "ONCEPERCUSTOMER"},
    "new customers": {"applicationLimit": "NEW_CUSTOMER_ONLY"},
    "returning customers": {"applicationLimit": "REPEAT_CUSTOMER_ONLY"},
    "unlimited": {},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both kinds of database, because their locks and unique indexes differ."""
    return str(request.getfixturevalue(f"{request.param}_database_url"))


class Meeting(SubmissionProcessor):
    """Processor that waits with a quoted order until the other one is quoted, and for its turn."""

    quoted: threading.Barrier
    turn: threading.Event | None = None

    def _begin_sending(self, quote: Quote, customer_id: int | None) -> bool:
        self.quoted.wait(30)
        if self.turn is not None:
            self.turn.wait(30)
        return super()._begin_sending(quote, customer_id)


def add_coupon(counter: Counter, text: str) -> None:
    """Add a coupon with limits in the words of the page."""
    limits: dict[str, Any] = {}
    for part in text.split("; "):
        limits |= LIMITS[part]
    counter.coupon(**limits)


def submit_for(counter: Counter, name: str, key: str, **fields: Any) -> SubmissionView:
    request = counter.request(coupon_code="ten", email=f"{name}@shopper.example", **fields)
    return counter.submit(request, key=key)


def process_together(
    counter: Counter, views: list[SubmissionView], first: int | None = None
) -> list[SubmissionView]:
    """Process two submissions at once; both are quoted before one begins to be sent.

    ``first`` is the position of the one that is sent first; None lets both begin at once.
    """
    quoted, turn = threading.Barrier(2), threading.Event()

    def work(position: int) -> None:
        with database.connection_context():
            row = OrderSubmission.get_by_id(views[position].id)
            processor = Meeting(counter.runtime, row, Claim(lease_name(row.id), LEASE_TTL_S))
            processor.quoted = quoted
            processor.turn = None if first in (None, position) else turn
            processor.run()
            turn.set()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    Lease.delete().execute()
    for view in views:
        # One that has waited for the other is quoted again.
        let_pass(view.id, 0)
        counter.work(view.id)
    return [counter.now(view.id) for view in views]


def outcomes(views: list[SubmissionView]) -> list[str]:
    """Return ``accepted`` or the code of the first validation error of each submission."""
    return [
        view.validation_errors[0]["code"] if view.validation_errors else "accepted"
        for view in views
        if view.state in (SubmissionState.SUBMITTED, SubmissionState.REJECTED)
    ]


def place_in_shop(counter: Counter, name: str, **fields: Any) -> dict[str, Any]:
    """Place an order in the store itself, with the coupon if it has one."""
    parts = counter.server.parts
    order = {"email": f"{name}@shopper.example", "items": [], "subtotal": 5, "total": 5}
    statuses = {"paymentStatus": "PAID", "fulfillmentStatus": "AWAITING_PROCESSING"}
    placed = parts.orders.create(counter.store_id, order | statuses | fields)
    if "discountCoupon" in fields:
        parts.coupons.count_use(
            counter.store_id, fields["discountCoupon"]["code"], placed["internalId"]
        )
    return placed


@pytest.mark.parametrize("row", rows_of("Orders at the same moment"), ids=" / ".join)
def test_orders_at_the_same_moment_end_as_on_the_page(counter: Counter, row: list[str]) -> None:
    coupon, first, second, result = row
    place_in_shop(counter, "cem")
    add_coupon(counter, coupon)
    views = [submit_for(counter, first, "a"), submit_for(counter, second, "b")]

    found = process_together(counter, views)

    assert sorted(outcomes(found)) == sorted(["accepted", result])
    assert len(counter.orders()) == 2 + (result == "accepted")


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    ("coupon", "problem"), [("once", "coupon_uses"), ("new customers", "coupon_new_customer")]
)
def test_order_that_arrives_first_gets_the_coupon(
    counter: Counter, coupon: str, problem: str, first: int
) -> None:
    add_coupon(counter, coupon)
    views = [submit_for(counter, "ada", key) for key in "ab"]

    found = outcomes(process_together(counter, views, first))

    assert (found[first], found[1 - first]) == ("accepted", problem)


def test_quote_knows_an_order_that_the_mirror_lacks(counter: Counter) -> None:
    add_coupon(counter, "new customers")
    first, second = (submit_for(counter, "ada", key) for key in "ab")
    counter.server.parts.switches.set("search_lag_s", "60")
    counter.fault("/orders/", 404)

    found = [counter.work(first.id), counter.work(second.id)]

    assert outcomes(found) == ["accepted", "coupon_new_customer"]
    assert "has ordered 1 times" in found[1].validation_errors[0]["message"]


@pytest.mark.parametrize(
    ("coupon", "by", "end"),
    [
        ("once", "portal", "own update"),
        ("once per customer", "portal", "deleted"),
        ("new customers", "portal", "canceled"),
        ("once", "shop", "deleted"),
        ("once per customer", "shop", "canceled"),
        ("new customers", "shop", "canceled"),
    ],
)
def test_canceled_or_deleted_order_gives_its_use_back(
    counter: Counter, coupon: str, by: str, end: str
) -> None:
    add_coupon(counter, coupon)
    if by == "portal":
        counter.work(submit_for(counter, "ada", "a").id)
    else:
        place_in_shop(counter, "ada", discountCoupon={"code": "TEN"})
        counter.sync()
    refused = counter.work(submit_for(counter, "ada", "b").id)

    end_order(counter, end)
    accepted = counter.work(submit_for(counter, "ada", "c").id)

    assert outcomes([refused])[0].startswith("coupon_")
    assert outcomes([accepted]) == ["accepted"]


def end_order(counter: Counter, end: str) -> None:
    """Cancel or delete the store's only order, in the store or by the portal."""
    (order,) = counter.orders()
    canceled, orders = {"paymentStatus": "CANCELLED"}, counter.server.parts.orders
    if end == "own update":
        client = counter.runtime.client(counter.store_id)
        own_writes.update_order(client, order["internalId"], order["id"], canceled)
        return
    if end == "deleted":
        orders.delete(counter.store_id, order["id"])
    else:
        orders.update(counter.store_id, order["id"], canceled)
    counter.sync()


@pytest.mark.parametrize("limit", ["once", "once per customer"])
def test_new_coupon_with_the_code_of_a_deleted_one_is_unused(counter: Counter, limit: str) -> None:
    add_coupon(counter, limit)
    last_year = "2025-06-01 12:00:00 +0000"
    place_in_shop(counter, "ada", discountCoupon={"code": "TEN"}, createDate=last_year)
    counter.sync()
    counter.server.parts.coupons.delete(counter.store_id, "TEN")
    add_coupon(counter, limit)
    counter.sync()

    views = [counter.work(submit_for(counter, "ada", key).id) for key in "ab"]

    assert outcomes(views)[0] == "accepted"
    assert outcomes(views)[1] in ("coupon_uses", "coupon_uses_per_customer")


@pytest.mark.parametrize("is_taken_over", [False, True])
def test_reinstated_order_uses_its_coupon_again(counter: Counter, is_taken_over: bool) -> None:
    add_coupon(counter, "once")
    first = counter.work(submit_for(counter, "ada", "a").id)
    end_order(counter, "own update")
    if is_taken_over:
        counter.work(submit_for(counter, "bea", "b").id)
    counter.server.parts.orders.update(
        counter.store_id, first.order_number or "", {"paymentStatus": "PAID"}
    )
    counter.sync()

    late = counter.work(submit_for(counter, "cem", "c").id)

    assert outcomes([late]) == ["coupon_uses"]
    assert len(counter.orders()) == 1 + is_taken_over
    kept = OrderSubmission.get_by_id(first.id).coupon_claim
    assert (kept is None) == is_taken_over
