"""Outbound events are written with the change that causes them, for authorized subscribers only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.models import (
    Delivery,
    EndpointState,
    KeyMode,
    Membership,
    Merchant,
    OutboundEvent,
    Product,
    Resource,
    Store,
    SyncState,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.api_keys.key_scopes import STORE_SCOPES
from portal.rules.outbound_webhooks.endpoint_health import RETENTION_WHILE_OFF
from portal.rules.outbound_webhooks.outbound_events import SUBSCRIBABLE_EVENTS
from portal.services.channels.consents import grant_consent
from portal.services.channels.reach import store_ids_reached
from portal.services.connection.mark_test_store import mark_test_store
from portal.services.mirror.resources import ORDERS, PRODUCTS
from portal.services.outbound_webhooks.endpoints import EndpointSettings, add_channel_endpoint
from portal.services.outbox.publish import find_channel_subscribers, find_subscribers
from portal.services.runtime import Runtime
from tests.factories import (
    UPDATED_AT,
    make_channel,
    make_endpoint,
    make_merchant,
    make_store,
    order_payload,
    product_payload,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def endpoint(runtime: Runtime, merchant: Merchant, store: Store) -> WebhookEndpoint:
    """The merchant's endpoint for all events, at a store whose backfill is complete."""
    for resource in (Resource.PRODUCTS, Resource.ORDERS):
        SyncState.create(store=store, resource=resource, high_water_at=UPDATED_AT)
    return make_endpoint(merchant, runtime.sealer)


def reported() -> list[tuple[str, int | None, Any]]:
    """Return the written events in order: type, record and details."""
    rows = OutboundEvent.select().order_by(OutboundEvent.id)
    assert Delivery.select().count() == rows.count()
    return [(row.type, row.record_id, row.detail) for row in rows]


def product(product_id: int, later_s: int = 0) -> dict[str, Any]:
    """Return a product that the store changed ``later_s`` seconds after the first."""
    stamp = int(UPDATED_AT.timestamp()) + later_s
    return product_payload(id=product_id, updateTimestamp=stamp)


def test_created_changed_and_deleted_products_are_published_and_unchanged_ones_are_not(
    endpoint: WebhookEndpoint, store: Store
) -> None:
    PRODUCTS.save(store.id, [product(5), product(6)], UPDATED_AT)
    PRODUCTS.save(store.id, [product(5), product(6, 60)], UPDATED_AT + SECOND)
    PRODUCTS.mark_deleted(store.id, [5, 7], UPDATED_AT + 2 * SECOND)
    PRODUCTS.mark_deleted(store.id, [5], UPDATED_AT + 3 * SECOND)

    first = {"updated_at": "2026-03-01T12:00:00.000Z"}
    assert reported() == [
        ("product.created", 5, first),
        ("product.created", 6, first),
        ("product.updated", 6, {"updated_at": "2026-03-01T12:01:00.000Z"}),
        ("product.deleted", 5, {}),
    ]


@pytest.mark.promise(4)
def test_second_change_within_one_second_is_published_and_an_older_read_is_not(
    endpoint: WebhookEndpoint, store: Store
) -> None:
    first, second = product(5), product(5) | {"name": "Renamed in the same second"}

    done = [
        PRODUCTS.save(store.id, [payload], UPDATED_AT + read * SECOND)
        for payload, read in ((first, 0), (second, 2), (first, 1), (second, 3))
    ]

    assert [(part.saved, part.unchanged) for part in done] == [(1, 0), (1, 0), (0, 0), (0, 1)]
    assert [event for event, _, _ in reported()] == ["product.created", "product.updated"]
    assert Product.get().name == "Renamed in the same second"


@pytest.mark.promise(4)
def test_page_older_than_the_mirror_publishes_nothing(
    endpoint: WebhookEndpoint, store: Store
) -> None:
    PRODUCTS.save(store.id, [product(5, 60)], UPDATED_AT + SECOND)
    PRODUCTS.save(store.id, [product(5)], UPDATED_AT)
    PRODUCTS.mark_deleted(store.id, [5], UPDATED_AT + 2 * SECOND)
    PRODUCTS.save(store.id, [product(5, 60)], UPDATED_AT + 2 * SECOND)
    assert [event for event, _, _ in reported()] == ["product.created", "product.deleted"]

    PRODUCTS.save(store.id, [product(5, 60)], UPDATED_AT + 3 * SECOND)

    assert [event for event, _, _ in reported()][2:] == ["product.created"]


def test_order_events_have_the_api_id_and_no_personal_data(
    endpoint: WebhookEndpoint, store: Store
) -> None:
    ORDERS.save(store.id, [order_payload()], UPDATED_AT)
    changed = order_payload(updateTimestamp=int(UPDATED_AT.timestamp()) + 5)
    ORDERS.save(store.id, [changed], UPDATED_AT + SECOND)
    ORDERS.mark_deleted(store.id, [90], UPDATED_AT + 2 * SECOND)

    assert [(event, record) for event, record, _ in reported()] == [
        ("order.created", 90),
        ("order.updated", 90),
        ("order.deleted", 90),
    ]
    assert "dler" not in repr(reported())


def test_records_of_a_backfill_are_not_published(endpoint: WebhookEndpoint, store: Store) -> None:
    SyncState.update(high_water_at=None).execute()

    PRODUCTS.save(store.id, [product(5)], UPDATED_AT)
    PRODUCTS.mark_deleted(store.id, [5], UPDATED_AT + SECOND)

    assert reported() == []


def test_rolled_back_change_is_not_published(endpoint: WebhookEndpoint, store: Store) -> None:
    with database.atomic() as transaction:
        PRODUCTS.save(store.id, [product(5)], UPDATED_AT)
        transaction.rollback()

    assert reported() == []


def test_large_page_is_published_completely_to_each_subscriber(
    runtime: Runtime, endpoint: WebhookEndpoint, merchant: Merchant, store: Store
) -> None:
    make_endpoint(merchant, runtime.sealer, store=store, event_types=["product.created"])
    make_endpoint(merchant, runtime.sealer, event_types=["order.created"])

    PRODUCTS.save(store.id, [product(number) for number in range(1, 451)], UPDATED_AT)

    assert OutboundEvent.select().count() == 450
    assert Delivery.select().count() == 900
    assert len({row.uid for row in OutboundEvent.select()}) == 450


@pytest.mark.promise(9)
def test_merchant_gets_no_events_of_another_merchants_store(
    runtime: Runtime, endpoint: WebhookEndpoint, merchant: Merchant, store: Store
) -> None:
    eve = make_merchant(email="eve@example.com")
    other = make_store(eve, id=2004)
    make_endpoint(eve, runtime.sealer)
    make_endpoint(eve, runtime.sealer, store=store)
    make_endpoint(merchant, runtime.sealer, store=other)

    assert [one.endpoint_id for one in find_subscribers(store.id)] == [endpoint.id]

    Membership.delete().where(Membership.store == store).execute()
    assert find_subscribers(store.id) == []


def test_events_for_a_paused_endpoint_are_written_for_three_days(
    endpoint: WebhookEndpoint, store: Store
) -> None:
    endpoint.state, endpoint.state_changed_at = EndpointState.PAUSED, utc_now()
    endpoint.save()
    assert find_subscribers(store.id)

    endpoint.state_changed_at = utc_now() - RETENTION_WHILE_OFF - SECOND
    endpoint.save()
    assert not find_subscribers(store.id)


@pytest.mark.parametrize("is_test", [False, True])
def test_channels_get_events_of_a_store_at_the_endpoints_of_its_mode(
    runtime: Runtime, merchant: Merchant, store: Store, *, is_test: bool
) -> None:
    channel = make_channel()
    of_mode: dict[bool, WebhookEndpoint] = {}
    for mode in KeyMode:
        settings = EndpointSettings("W", "https://hooks.example/", None, SUBSCRIBABLE_EVENTS)
        made = add_channel_endpoint(runtime, channel, settings, mode=mode)
        assert made is not None
        of_mode[mode == KeyMode.TEST] = made.endpoint
    grant_consent(channel, store, STORE_SCOPES, merchant)
    marked = mark_test_store(store, is_test=is_test)

    found = [
        *find_subscribers(store.id),
        *find_channel_subscribers(channel.id, store.id),
    ]

    assert marked is is_test
    assert {each.endpoint_id for each in found} == {of_mode[is_test].id}
    assert store_ids_reached(of_mode[is_test]) == [store.id]
    assert store_ids_reached(of_mode[not is_test]) == []
    [one] = find_channel_subscribers(channel.id, mode=of_mode[is_test].mode)
    assert one.endpoint_id == of_mode[is_test].id
