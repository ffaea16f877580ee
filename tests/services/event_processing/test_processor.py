"""Events are hints: their entities are read again in batches, and each event gets its outcome."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.models import (
    Category,
    EventBatch,
    EventState,
    Grant,
    Lease,
    Product,
    Quarantine,
    Store,
    StoreState,
    WebhookEvent,
)
from portal.services.event_processing import processor as module
from portal.services.event_processing.processor import drain
from tests.shop import Shop, list_answer, mirrored, store_of


def states() -> list[str]:
    """Return every event's state, oldest event first."""
    return [event.state for event in WebhookEvent.select().order_by(WebhookEvent.id)]


@pytest.mark.promise(3)
def test_product_is_read_again_and_the_events_body_is_not_trusted(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    shop.change(product_id, price=12.34)
    shop.event(product_id, payload={"data": {"price": 1}})

    drain(shop.runtime, shop.store_id)

    assert Product.get(Product.remote_id == product_id).price == Decimal("12.34")
    event = WebhookEvent.get()
    assert (event.state, event.attempts) == (EventState.APPLIED, 1)
    assert event.processed_at is not None


def test_ten_events_of_one_product_cost_one_call(shop: Shop) -> None:
    for _ in range(10):
        shop.event(shop.product_ids()[0])

    drain(shop.runtime, shop.store_id)

    assert shop.calls() == 1
    assert set(states()) == {EventState.APPLIED}


def test_events_of_250_products_cost_three_calls(shop: Shop) -> None:
    for product_id in shop.product_ids():
        shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    assert shop.calls() == 3
    assert mirrored(shop.store_id) == shop.versions()


@pytest.mark.promise(5)
@pytest.mark.parametrize("odd", [5, {}, {"id": []}, {"id": {}}, {"id": "five"}], ids=str)
def test_products_are_read_one_by_one_after_a_list_with_an_invalid_item(
    shop: Shop, odd: object
) -> None:
    product_id = shop.product_ids()[0]
    shop.event(product_id)
    shop.fault("/products", 200, list_answer(odd))

    drain(shop.runtime, shop.store_id)

    assert Product.get().remote_id == product_id
    assert Quarantine.get().payload == odd
    assert states() == [EventState.APPLIED]


@pytest.mark.promise(6)
def test_deletion_is_applied_only_after_a_404(shop: Shop) -> None:
    gone, there, *_ = shop.product_ids()
    shop.sync()
    shop.delete(gone)
    shop.event(gone, type="product.deleted")
    shop.event(there, type="product.deleted")

    drain(shop.runtime, shop.store_id)

    assert Product.get(Product.remote_id == gone).deleted_at is not None
    assert Product.get(Product.remote_id == there).deleted_at is None
    assert states() == [EventState.APPLIED] * 2


def test_categories_are_read_again_and_deleted_ones_marked(shop: Shop) -> None:
    categories = shop.server.parts.categories
    kept, gone = (c["id"] for c in categories.all(shop.store_id)[:2])
    shop.sync()
    categories.update(shop.store_id, kept, {"name": "Renamed"})
    categories.delete(shop.store_id, gone)
    shop.event(kept, type="category.updated")
    shop.event(gone, type="category.deleted")

    drain(shop.runtime, shop.store_id)

    assert Category.get(Category.remote_id == kept).name == "Renamed"
    assert Category.get(Category.remote_id == gone).deleted_at is not None


@pytest.mark.promise(3)
def test_uninstall_is_confirmed_by_a_call_before_the_store_stops(shop: Shop) -> None:
    shop.event(shop.store_id, type="application.uninstalled")

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).is_working
    shop.server.parts.stores.uninstall(shop.store_id)
    shop.event(shop.store_id, type="application.uninstalled")
    drain(shop.runtime, shop.store_id)
    assert store_of(shop).state == StoreState.DISCONNECTED
    assert Grant.active_for(shop.store_id) is None


def test_plan_change_is_recognized_in_both_spellings(shop: Shop) -> None:
    shop.server.parts.stores.change(shop.store_id, {"plan": "Venture"})
    shop.event(shop.store_id, type="profile.subscription_status_changed")

    drain(shop.runtime, shop.store_id)

    assert store_of(shop).state == StoreState.LIMITED
    assert store_of(shop).plan_name == "Venture"


def test_store_stopped_for_its_plan_continues_after_an_upgrade(shop: Shop) -> None:
    stores = shop.server.parts.stores
    stores.change(shop.store_id, {"plan": "Free"})
    shop.event(shop.store_id, type="profile.updated")
    drain(shop.runtime, shop.store_id)
    blocked = store_of(shop).state
    product_id = shop.product_ids()[0]
    shop.event(product_id)
    drain(shop.runtime, shop.store_id)
    waiting = states()[-1]

    stores.change(shop.store_id, {"plan": "Business"})
    shop.event(shop.store_id, type="profile.subscriptionStatusChanged")
    drain(shop.runtime, shop.store_id)

    assert (blocked, waiting) == (StoreState.PLAN_BLOCKED, EventState.PENDING)
    assert store_of(shop).state == StoreState.CONNECTED
    assert set(states()) == {EventState.APPLIED}
    assert Product.get().remote_id == product_id


def test_event_about_unmirrored_data_is_ignored_with_the_reason(shop: Shop) -> None:
    shop.event(7, type="review.created")
    shop.event(None, type="product.updated")
    shop.event(shop.store_id, type="application.installed")

    drain(shop.runtime, shop.store_id)

    assert states() == [EventState.IGNORED, EventState.IGNORED, EventState.APPLIED]
    reasons = [event.error for event in WebhookEvent.select().order_by(WebhookEvent.id)]
    assert reasons == ["nothing of this kind is mirrored", "the event names no entity", None]
    assert shop.calls() == 0


@pytest.mark.promise(3)
@pytest.mark.parametrize("entity_id", ["", "five", "-5", "0", "9" * 19, "9" * 200])
def test_event_with_an_invalid_entity_does_not_block_others(shop: Shop, entity_id: str) -> None:
    shop.event(entity_id)
    shop.event(shop.product_ids()[0])

    drain(shop.runtime, shop.store_id)

    assert states() == [EventState.IGNORED, EventState.APPLIED]
    assert shop.calls() == 1


def test_failed_probe_leaves_its_event_pending(shop: Shop) -> None:
    shop.event(shop.store_id, type="profile.updated")
    shop.fault("/profile", 503)

    drain(shop.runtime, shop.store_id)

    assert states() == [EventState.PENDING]
    assert store_of(shop).is_working


@pytest.mark.promise(5)
def test_dead_token_leaves_all_events_pending_without_an_attempt(shop: Shop) -> None:
    for product_id in shop.product_ids()[:150]:
        shop.event(product_id)
    shop.server.parts.stores.uninstall(shop.store_id)

    drain(shop.runtime, shop.store_id)

    assert shop.calls("/products") == 1
    assert set(states()) == {EventState.PENDING}
    assert WebhookEvent.select().where(WebhookEvent.attempts > 0).count() == 0


@pytest.mark.promise(3)
def test_events_of_an_unknown_store_wait_until_it_is_connected(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    shop.event(product_id)
    known = {"id": shop.store_id, "name": "x"}
    grants = [grant.__data__ for grant in Grant.select()]
    Store.delete().execute()
    drain(shop.runtime, shop.store_id)
    waiting = states()

    Store.create(**known)
    Grant.insert_many(grants).execute()
    drain(shop.runtime, shop.store_id)

    assert waiting == [EventState.PENDING]
    assert states() == [EventState.APPLIED]


def test_two_drains_of_one_store_never_run_at_once(shop: Shop) -> None:
    shop.event(shop.product_ids()[0])
    assert Lease.acquire(f"drain:{shop.store_id}", "another worker", 30)

    drain(shop.runtime, shop.store_id)

    assert shop.calls() == 0


def test_event_that_arrives_while_a_drain_ends_wakes_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = shop.product_ids()
    shop.event(first)
    release = Lease.release

    def accept_one_more(*args: object) -> None:
        shop.event(second)
        release(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Lease, "release", accept_one_more)

    drain(shop.runtime, shop.store_id)

    assert states() == [EventState.APPLIED, EventState.PENDING]
    assert shop.runtime.redis.llen("rq:queue:events") == 1


def test_drain_that_lost_its_lease_stops(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.event(shop.product_ids()[0])
    acquire, answers = Lease.acquire, [True, False]
    monkeypatch.setattr(Lease, "acquire", lambda *args: acquire(*args) and answers.pop(0))

    drain(shop.runtime, shop.store_id)

    assert states() == [EventState.PENDING]
    assert Product.select().count() == 0
    assert EventBatch.select().count() == 0


def test_drain_stops_at_once_when_its_store_is_disconnected(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for product_id in shop.product_ids():
        shop.event(product_id)
    write = module.write_batch

    def write_and_disconnect(*arguments: Any) -> bool:
        Store.update(state=StoreState.DISCONNECTED).execute()
        return write(*arguments)

    monkeypatch.setattr(module, "write_batch", write_and_disconnect)

    drain(shop.runtime, shop.store_id)

    assert states().count(EventState.APPLIED) == 100
    assert shop.calls() <= 2
