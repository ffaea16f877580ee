"""Endpoints and their deliveries on both databases: listed, replayed, resealed and deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import (
    AuditLogEntry,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Membership,
    Merchant,
    OutboundEvent,
    Store,
    StoreState,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.sealing import Sealer, new_key
from portal.services.accounts.delete_account import delete_account
from portal.services.accounts.export_account import export_account
from portal.services.connection.reseal_secrets import reseal_secrets
from portal.services.outbound_webhooks.endpoints import (
    DELETE_BATCH,
    EndpointSettings,
    delete_endpoint,
    endpoint_of,
    pause_endpoint,
    rotate_secret,
    turn_on_endpoint,
)
from portal.services.outbound_webhooks.own_endpoints import add_endpoint, change_endpoint
from portal.services.outbound_webhooks.replay import (
    REPLAY_BATCH,
    attempts_of,
    count_undelivered,
    count_unfinished,
    delivery_of,
    list_deliveries,
    replay_delivery,
    replay_undelivered,
)
from portal.services.outbound_webhooks.send_test_event import send_test_event
from portal.services.runtime import Runtime
from tests.factories import SECRET, make_delivery, make_endpoint, make_merchant
from tests.sealed import open_secret

DAY = timedelta(days=1)


def endpoint_settings(store: Store | None = None) -> EndpointSettings:
    """Return valid settings of an endpoint."""
    events = (OutboundEventType.ORDER_CREATED,)
    return EndpointSettings("Warehouse", "https://hooks.example/?token=t0p", store, events)


def many(endpoint: WebhookEndpoint, store: Store, count: int, state: DeliveryState) -> None:
    """Insert many deliveries at once."""
    for _ in range(count // 100 + 1):
        rows = [{"type": "product.updated", "store": store} for _ in range(100)]
        made = OutboundEvent.insert_many(rows).returning(OutboundEvent.id).execute()
        Delivery.insert_many(
            [{"event": row.id, "endpoint": endpoint, "state": state} for row in made]
        ).execute()


def test_audit_log_has_each_change_and_only_the_host_of_the_url(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    made = add_endpoint(runtime, merchant, endpoint_settings())
    assert made is not None
    endpoint = made.endpoint
    change_endpoint(endpoint, merchant, endpoint_settings(store))
    rotated = rotate_secret(runtime, endpoint, merchant)
    assert pause_endpoint(endpoint, merchant)
    assert turn_on_endpoint(endpoint, merchant)
    delete_endpoint(runtime, endpoint, merchant)

    assert rotated is not None
    assert rotated.text != made.text
    assert [row.action for row in AuditLogEntry.select().order_by(AuditLogEntry.id)] == [
        "channel.consented",
        "endpoint.created",
        "endpoint.changed",
        "endpoint.rotated",
        "endpoint.paused",
        "endpoint.turned_on",
        "endpoint.deleted",
    ]
    noted = repr(list(AuditLogEntry.select().dicts()))
    assert "hooks.example" in noted
    assert "t0p" not in noted
    assert "whsec_" not in noted


def test_both_secrets_are_resealed_with_the_newest_key(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    rotated = rotate_secret(runtime, endpoint, merchant)
    assert rotated is not None
    newest = new_key()
    sealer = Sealer((newest, *runtime.settings.encryption_keys))

    counts = {found.column: found for found in reseal_secrets(sealer)}

    assert counts["webhook_endpoint.sealed_secret"].resealed == 1
    assert counts["webhook_endpoint.sealed_previous_secret"].resealed == 1
    kept, only = WebhookEndpoint.get(), Sealer((newest,))
    assert open_secret(only, kept, "sealed_secret") == rotated.text
    assert open_secret(only, kept, "sealed_previous_secret") == SECRET


def test_secret_that_cannot_be_opened_is_rotated_without_a_previous_one(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer, sealed_secret="sealed by a lost key")

    rotated = rotate_secret(runtime, endpoint, merchant)

    assert rotated is not None
    kept = WebhookEndpoint.get()
    assert open_secret(runtime.sealer, kept, "sealed_secret") == rotated.text
    assert kept.sealed_previous_secret is None


def test_deleted_endpoint_cannot_be_changed(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    assert not turn_on_endpoint(endpoint, merchant)
    endpoint.delete_instance()

    change_endpoint(endpoint, merchant, endpoint_settings())
    assert rotate_secret(runtime, endpoint, merchant) is None
    assert not pause_endpoint(endpoint, merchant)
    assert send_test_event(runtime, endpoint, OutboundEventType.PING) is None
    assert AuditLogEntry.select().count() == 0


@pytest.mark.promise(9)
def test_endpoint_and_its_deliveries_are_hidden_from_other_merchants(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    eve = make_merchant(email="eve@example.com")
    endpoint = make_endpoint(merchant, runtime.sealer)
    hers = make_endpoint(eve, runtime.sealer)
    delivery = make_delivery(endpoint, store)

    assert endpoint_of(merchant, endpoint.id) == endpoint
    assert endpoint_of(eve, endpoint.id) is None
    assert delivery_of(endpoint, delivery.id) == delivery
    assert delivery_of(hers, delivery.id) is None


def test_endpoint_with_many_deliveries_is_deleted_in_batches(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    kept = make_delivery(make_endpoint(merchant, runtime.sealer), store)
    many(endpoint, store, DELETE_BATCH, DeliveryState.DELIVERED)
    DeliveryAttempt.create(delivery=Delivery.select().order_by(Delivery.id.desc()).get())

    delete_endpoint(runtime, endpoint, merchant)

    assert list(Delivery.select()) == [kept]
    assert DeliveryAttempt.select().count() == 0


def test_all_undelivered_deliveries_are_sent_again(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    many(endpoint, store, REPLAY_BATCH, DeliveryState.GIVEN_UP)
    make_delivery(endpoint, store, state=DeliveryState.DELIVERED)
    ping = OutboundEvent.create(type=OutboundEventType.PING)
    Delivery.create(event=ping, endpoint=endpoint, state=DeliveryState.GIVEN_UP)
    count = count_undelivered(endpoint, utc_now() - DAY)

    assert count_undelivered(endpoint, utc_now() + DAY) == 0
    assert replay_undelivered(runtime, endpoint, utc_now() - DAY, merchant) == count
    assert count > REPLAY_BATCH

    assert count_unfinished(endpoint) == count
    assert count_undelivered(endpoint, utc_now() - DAY) == 0
    assert AuditLogEntry.get().after == {"count": count}


def test_deliveries_are_listed_by_state_and_one_is_sent_again(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    given_up = make_delivery(endpoint, store, state=DeliveryState.GIVEN_UP, attempts=8)
    DeliveryAttempt.create(delivery=given_up)
    newer = make_delivery(endpoint, store)

    assert list(list_deliveries(endpoint, None).rows) == [newer, given_up]
    assert list(list_deliveries(endpoint, DeliveryState.GIVEN_UP).rows) == [given_up]
    assert list_deliveries(endpoint, None).rows[0].event.type == "product.updated"

    replay_delivery(runtime, endpoint, given_up, merchant)

    assert len(attempts_of(given_up)) == 1
    assert count_unfinished(endpoint) == 2


def test_endpoints_are_exported_without_secrets_and_deleted_with_the_account(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    make_delivery(make_endpoint(merchant, runtime.sealer), store)

    exported = export_account(merchant)["webhook_endpoints"]
    assert [row["name"] for row in exported] == ["Warehouse"]
    assert "sealed" not in repr(exported)

    Store.update(state=StoreState.DISCONNECTED).execute()
    assert delete_account(merchant)
    assert WebhookEndpoint.select().count() == Delivery.select().count() == 0
    assert Membership.select().count() == 0
