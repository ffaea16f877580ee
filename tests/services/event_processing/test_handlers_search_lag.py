"""Changes that the store's search doesn't return yet are read by their own path, or later."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.models import (
    AttemptOutcome,
    EventAttempt,
    EventState,
    Order,
    Product,
    Quarantine,
    WebhookEvent,
    utc_now,
)
from portal.services.event_processing.handlers import REREAD_LIMIT, SEARCH_LAG
from portal.services.event_processing.processor import drain
from tests.shop import Shop, list_answer, open_shop

pytestmark = pytest.mark.promise(3)


@pytest.fixture
def slow(shop: Shop) -> Shop:
    """A mirrored store whose search now takes a minute to return a change."""
    shop.sync()
    shop.forget_calls()
    shop.server.parts.switches.set("search_lag_s", "60")
    return shop


def prices() -> set[Decimal]:
    return {product.price for product in Product.select()}


def test_change_missing_in_the_search_is_read_by_its_own_path(slow: Shop) -> None:
    product_id = slow.product_ids()[0]
    slow.change(product_id, price=12.34)
    slow.event(product_id, event_created_at=utc_now() + timedelta(seconds=2))

    drain(slow.runtime, slow.store_id)

    assert Product.get(Product.remote_id == product_id).price == Decimal("12.34")
    assert WebhookEvent.get().state == EventState.APPLIED
    assert (slow.calls("/products/"), slow.calls()) == (1, 2)


def test_many_changes_wait_until_the_search_returns_them(slow: Shop) -> None:
    changed = slow.product_ids()[: REREAD_LIMIT + 1]
    for product_id in changed:
        slow.change(product_id, price=12.34)
        slow.event(product_id, event_created_at=utc_now() + timedelta(seconds=2))
    drain(slow.runtime, slow.store_id)
    before = prices()
    waiting = list(WebhookEvent.select())
    attempts = [attempt.outcome for attempt in EventAttempt.select()]

    # Time passes: the search returns the changes, and the events are due.
    with slow.server.parts.state.transaction() as state:
        state.execute("UPDATE unindexed SET due = 0")
    long_ago = utc_now() - SEARCH_LAG
    WebhookEvent.update(due_at=long_ago, received_at=long_ago).execute()
    drain(slow.runtime, slow.store_id)

    assert Decimal("12.34") not in before
    assert {(event.state, event.attempts) for event in waiting} == {(EventState.PENDING, 0)}
    assert all(event.due_at > utc_now() + SEARCH_LAG / 2 for event in waiting)
    assert attempts == [AttemptOutcome.POSTPONED] * len(changed)
    assert Decimal("12.34") in prices()
    assert {event.state for event in WebhookEvent.select()} == {EventState.APPLIED}
    assert slow.calls() == 2


def test_deletion_missing_in_the_search_is_confirmed(slow: Shop) -> None:
    gone = slow.product_ids()[0]
    slow.delete(gone)
    slow.event(gone, type="product.deleted", event_created_at=utc_now() + timedelta(seconds=2))

    drain(slow.runtime, slow.store_id)

    assert Product.get(Product.remote_id == gone).deleted_at is not None


def test_order_with_an_old_state_in_the_search_is_read_by_its_number(slow: Shop) -> None:
    other = open_shop(slow.runtime, slow.server, products=3, orders=2)
    other.sync()
    order = Order.get(Order.store == other.store_id)
    parts = slow.server.parts
    parts.orders.update(other.store_id, order.number, {"trackingNumber": "RX9"})
    other.event(
        order.remote_id,
        type="order.updated",
        event_created_at=utc_now() + timedelta(seconds=2),
    )

    drain(slow.runtime, other.store_id)

    assert Order.get(Order.remote_id == order.remote_id).tracking_number == "RX9"


def test_only_lagging_records_are_read_again(slow: Shop) -> None:
    moment = utc_now() + timedelta(seconds=2)
    changed, reported, odd = slow.product_ids()[:3]
    slow.event(changed, event_created_at=moment)
    slow.event(reported, event_created_at=moment - timedelta(minutes=5))
    slow.event(odd, event_created_at=moment)
    items = [{"id": changed, "updateTimestamp": 0}, {"id": reported, "updateTimestamp": 0}]
    slow.fault("/products", 200, list_answer(*items, {"id": odd, "updateTimestamp": []}))

    drain(slow.runtime, slow.store_id)

    assert slow.calls(f"/products/{changed}") == 1
    assert slow.calls(f"/products/{reported}") == slow.calls(f"/products/{odd}") == 0
    assert Quarantine.get().entity_id == str(odd)


@pytest.mark.parametrize("late", ["event_created_at", "received_at"])
def test_old_changes_are_read_from_the_search(slow: Shop, late: str) -> None:
    times = {"event_created_at": utc_now(), "received_at": utc_now()}
    slow.event(slow.product_ids()[0], **times | {late: utc_now() - SEARCH_LAG})

    drain(slow.runtime, slow.store_id)

    assert slow.calls() == 1
