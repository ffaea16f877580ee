"""Each processed event and each call is counted in the hour and the transaction that ends it."""

from __future__ import annotations

from portal.models import EVENT_CALLS, CountKind, EventState, HourlyCount, WebhookEvent
from portal.services.event_processing.processor import drain
from portal.services.events.replay_events import replay_event
from tests.factories import make_merchant
from tests.shop import Shop, store_of


def counts(kind: CountKind) -> dict[str, int]:
    """Return the counts of a kind by outcome, however many hours they are from."""
    found: dict[str, int] = {}
    for row in HourlyCount.select().where(HourlyCount.kind == kind):
        found[row.outcome] = found.get(row.outcome, 0) + row.count
    return found


def test_processed_events_are_counted_by_their_state(shop: Shop) -> None:
    for product_id in shop.product_ids()[:3]:
        shop.event(product_id)
    shop.event(7, type="unknown.created")

    drain(shop.runtime, shop.store_id)

    assert counts(CountKind.EVENTS) == {EventState.APPLIED: 3, EventState.IGNORED: 1}
    assert counts(CountKind.CALLS) == {EVENT_CALLS: shop.calls()}


def test_event_that_is_retried_counts_only_when_it_is_dead(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    shop.event(product_id, attempts=99)
    shop.fault("/products", 400, "{}")
    shop.fault(f"/products/{product_id}", 400, "{}")

    drain(shop.runtime, shop.store_id)

    assert [event.state for event in WebhookEvent.select()] == [EventState.DEAD]
    assert counts(CountKind.EVENTS) == {EventState.DEAD: 1}


def test_replayed_event_counts_again(shop: Shop) -> None:
    shop.event(shop.product_ids()[0])
    drain(shop.runtime, shop.store_id)

    store = store_of(shop)
    replay_event(shop.runtime, store, WebhookEvent.get(), make_merchant(email="b@example.com"))
    drain(shop.runtime, shop.store_id)

    assert counts(CountKind.EVENTS) == {EventState.APPLIED: 2}
