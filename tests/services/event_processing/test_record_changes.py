"""The changes of an event are stored with it: the record and its fields before and after."""

from __future__ import annotations

import pytest

from portal.models import (
    ChangeKind,
    EventState,
    Lease,
    Order,
    Product,
    RecordChange,
    Resource,
    WebhookEvent,
)
from portal.services.event_processing import batch as batches
from portal.services.event_processing.processor import drain
from portal.services.events.list_events import event_details
from portal.services.mirror.resources import ORDERS
from portal.services.records.record_changes import last_change, mirrored_records, save_changes
from tests.factories import UPDATED_AT, make_event, make_store, order_payload
from tests.shop import Shop


def kept() -> list[tuple[int, str, int]]:
    rows = RecordChange.select().order_by(RecordChange.id)
    return [(row.remote_id, row.kind, row.event_id) for row in rows]


def test_change_is_stored_with_the_newest_event_of_its_read(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    shop.event(product_id)
    drain(shop.runtime, shop.store_id)
    before = Product.get(Product.remote_id == product_id).raw["name"]
    shop.change(product_id, name="Renamed")
    shop.event(product_id)
    newest = shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    change = last_change(shop.store_id, Resource.PRODUCTS, product_id)
    assert change is not None
    assert (change.kind, change.event_id) == (ChangeKind.UPDATED, newest.id)
    assert {"field": "name", "before": f'"{before}"', "after": '"Renamed"'} in change.changes


def test_older_event_refers_to_the_newer_event_of_its_read(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    old, newest = shop.event(product_id), shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    covered, history = (event_details(WebhookEvent.get_by_id(event.id)) for event in (old, newest))
    assert covered.covered_by == newest
    assert not covered.changed_nothing
    assert [change.kind for change in history.changes] == [ChangeKind.CREATED]
    assert history.covered_by is None


def test_change_and_its_event_are_committed_together(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    product_id = shop.product_ids()[0]
    old, newest = shop.event(product_id), shop.event(product_id)
    acquire, answers = Lease.acquire, [True, True, False]
    monkeypatch.setattr(batches, "EVENTS_PER_TRANSACTION", 1)
    monkeypatch.setattr(Lease, "acquire", lambda *args: acquire(*args) and answers.pop(0))

    drain(shop.runtime, shop.store_id)

    states = [WebhookEvent.get_by_id(event.id).state for event in (old, newest)]
    assert states == [EventState.PENDING, EventState.APPLIED]
    assert kept() == [(product_id, ChangeKind.CREATED, newest.id)]
    monkeypatch.undo()
    drain(shop.runtime, shop.store_id)
    assert event_details(WebhookEvent.get_by_id(old.id)).changed_nothing


def test_new_record_is_stored_as_created(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    event = shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    assert kept() == [(product_id, ChangeKind.CREATED, event.id)]


def test_event_without_a_change_stores_nothing(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    shop.event(product_id)
    drain(shop.runtime, shop.store_id)
    shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    assert len(kept()) == 1


def test_confirmed_deletion_is_stored_and_a_forged_one_is_not(shop: Shop) -> None:
    gone, living = shop.product_ids()[:2]
    for product_id in (gone, living):
        shop.event(product_id)
    drain(shop.runtime, shop.store_id)
    shop.delete(gone)
    reported = shop.event(gone, type="product.deleted")
    shop.event(living, type="product.deleted")

    drain(shop.runtime, shop.store_id)

    assert kept()[2:] == [(gone, ChangeKind.DELETED, reported.id)]
    assert Product.get(Product.remote_id == living).deleted_at is None


def test_no_personal_value_of_an_order_is_stored(shop: Shop) -> None:
    store = make_store(id=1004)
    payload = order_payload(email="ada@shopper.example", paymentStatus="AWAITING_PAYMENT")
    ORDERS.save(store.id, [payload], UPDATED_AT)
    order_id = Order.get(Order.store == store).remote_id
    before = mirrored_records(store.id, ORDERS, [order_id])
    changed = {**payload, "email": "eve@shopper.example", "paymentStatus": "PAID"}
    ORDERS.save(store.id, [changed], UPDATED_AT)

    event = make_event(store_id=store.id, type="order.updated")
    save_changes(store.id, ORDERS, before, {order_id: event.id})

    change = last_change(store.id, Resource.ORDERS, order_id)
    assert change is not None
    assert {c["field"]: (c["before"], c["after"]) for c in change.changes} == {
        "email": (None, None),
        "paymentStatus": ('"AWAITING_PAYMENT"', '"PAID"'),
    }
    assert "shopper.example" not in str(change.changes)
