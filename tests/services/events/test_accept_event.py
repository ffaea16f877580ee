"""A receipt is verified and stored once, and only then the daemon is woken."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import PeeweeException

from portal.ecwid.signature import sign
from portal.errors import (
    RejectedWebhookError,
    SignatureExpiredError,
    SignatureMismatchError,
    SignatureMissingError,
    WebhookFormatError,
)
from portal.jobs import DRAIN_EVENTS, wake_key
from portal.models import (
    NO_STORE,
    EventState,
    Grant,
    RejectedWebhookCount,
    Store,
    StoreState,
    WebhookEvent,
    WebhookHealth,
    utc_now,
)
from portal.rules.connection.grant_sources import GrantSource
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.background.drain_waker import DrainWaker
from portal.services.events.accept_event import MAX_AGE, MAX_AHEAD, accept_event
from portal.services.runtime import Runtime, open_redis
from tests.conftest import CLIENT_SECRET
from tests.factories import make_grant, make_store

HOUR_S = 3600
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def event(**changes: Any) -> dict[str, Any]:
    """Return an event as Ecwid sends it, created just now."""
    values = {
        "eventId": "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
        "eventCreated": int(time.time()),
        "storeId": 1003,
        "entityId": 5,
        "eventType": "product.updated",
    }
    return values | changes


def deliver(runtime: Runtime, body: dict[str, Any], secret: str = CLIENT_SECRET) -> bool:
    """Accept the event with a signature made with ``secret``."""
    signature = sign(secret, body["eventCreated"], body["eventId"])
    return accept_event(runtime, json.dumps(body).encode(), signature)


def is_woken(runtime: Runtime, store_id: int = 1003) -> bool:
    """Return whether the drain of this store's events was woken."""
    runtime.drain_waker.flush()
    return bool(runtime.redis.exists(wake_key(DRAIN_EVENTS.path, (store_id,))))


def counted(runtime: Runtime) -> dict[tuple[str, int], int]:
    """Return the number of rejected webhooks by reason and store."""
    runtime.arrival_recorder.flush()
    runtime.rejected_webhooks.flush()
    return {(row.reason, row.store_id): row.receipts for row in RejectedWebhookCount.select()}


def is_empty() -> bool:
    """Return whether no event was stored."""
    return not WebhookEvent.select().exists()


@pytest.mark.promise(2)
def test_accepted_event_is_a_committed_row(runtime: Runtime) -> None:
    body = event(data={"price": 24.9})

    assert deliver(runtime, body) is True

    assert not runtime.database.in_transaction()
    row = WebhookEvent.get()
    assert (row.event_id, row.store_id) == (body["eventId"], 1003)
    assert (row.type, row.entity_id) == ("product.updated", "5")
    assert row.event_created_at == datetime.fromtimestamp(body["eventCreated"], UTC)
    assert (row.state, row.attempts) == (EventState.PENDING, 0)
    assert row.due_at <= utc_now()
    assert json.loads(json.dumps(row.payload, default=float)) == body


def test_accepted_event_wakes_the_drain_of_its_store(runtime: Runtime) -> None:
    deliver(runtime, event())

    assert is_woken(runtime)
    assert not is_woken(runtime, 2002)


@pytest.mark.promise(2)
def test_event_that_cannot_be_written_raises_and_wakes_no_drain(runtime: Runtime) -> None:
    runtime.database.execute_sql("ALTER TABLE webhook_event RENAME TO away")

    try:
        with pytest.raises(PeeweeException):
            deliver(runtime, event())
    finally:
        runtime.database.execute_sql("ALTER TABLE away RENAME TO webhook_event")

    assert not is_woken(runtime)
    assert is_empty()


@pytest.mark.promise(1)
def test_event_is_accepted_while_the_queue_server_is_unavailable(runtime: Runtime) -> None:
    nowhere = open_redis("unix:///nowhere/valkey.sock")
    alone = replace(runtime, redis=nowhere, drain_waker=DrainWaker(nowhere))

    assert deliver(alone, event()) is True
    alone.drain_waker.flush()

    assert WebhookEvent.get().state == EventState.PENDING


@pytest.mark.promise(3)
def test_repeated_event_is_one_row_and_wakes_again(runtime: Runtime) -> None:
    body = event()
    deliver(runtime, body)
    runtime.drain_waker.flush()
    runtime.redis.flushall()

    assert deliver(runtime, body) is False

    assert WebhookEvent.select().count() == 1
    assert is_woken(runtime)


@pytest.mark.promise(3)
def test_repeated_event_does_not_change_the_outcome(runtime: Runtime) -> None:
    deliver(runtime, event())
    WebhookEvent.update(state=EventState.APPLIED, attempts=1).execute()

    deliver(runtime, event(eventType="product.deleted", storeId=2002))

    row = WebhookEvent.get()
    assert (row.type, row.store_id) == ("product.updated", 1003)
    assert (row.state, row.attempts) == (EventState.APPLIED, 1)


@pytest.mark.promise(3)
def test_event_of_an_unknown_store_is_stored(runtime: Runtime) -> None:
    assert deliver(runtime, event(storeId=404)) is True

    assert WebhookEvent.get().store_id == 404
    assert not Store.select().exists()


def test_event_shows_that_webhooks_arrive(runtime: Runtime) -> None:
    make_store()
    make_store(id=2002)

    deliver(runtime, event())
    runtime.arrival_recorder.flush()

    store, other = Store.get_by_id(1003), Store.get_by_id(2002)
    assert store.webhook_health == WebhookHealth.VERIFIED
    assert store.last_event_at == WebhookEvent.get().received_at
    assert (other.webhook_health, other.last_event_at) == (WebhookHealth.PENDING, None)


@pytest.mark.promise(3)
@pytest.mark.parametrize("signature", [None, ""])
def test_missing_signature_is_rejected_and_counted(runtime: Runtime, signature: str | None) -> None:
    make_store()

    with pytest.raises(SignatureMissingError, match="missing"):
        accept_event(runtime, json.dumps(event()).encode(), signature)

    assert is_empty()
    assert not is_woken(runtime)
    assert counted(runtime) == {(RejectionReason.UNSIGNED, 1003): 1}


@pytest.mark.promise(3)
@pytest.mark.parametrize("signature", ["bm90IGl0", "ünïcode", " "])
def test_wrong_signature_is_rejected_and_counted(runtime: Runtime, signature: str) -> None:
    make_store()

    with pytest.raises(SignatureMismatchError, match="wrong"):
        accept_event(runtime, json.dumps(event()).encode(), signature)

    assert is_empty()
    assert not is_woken(runtime)
    assert counted(runtime) == {(RejectionReason.WRONG_SIGNATURE, 1003): 1}


def test_unsigned_webhooks_cannot_choose_the_counted_stores(runtime: Runtime) -> None:
    for store_id in range(1, 40):
        with pytest.raises(SignatureMismatchError):
            accept_event(runtime, json.dumps(event(storeId=store_id)).encode(), "bm90IGl0")

    assert counted(runtime) == {(RejectionReason.WRONG_SIGNATURE, NO_STORE): 39}


def test_invalid_body_is_counted_without_a_store(runtime: Runtime) -> None:
    with pytest.raises(WebhookFormatError):
        accept_event(runtime, b"{}", None)

    assert counted(runtime) == {(RejectionReason.MALFORMED, NO_STORE): 1}


def test_event_of_an_unknown_store_is_stored_and_counted(runtime: Runtime) -> None:
    deliver(runtime, event(storeId=404))

    assert counted(runtime) == {(RejectionReason.UNKNOWN_STORE, 404): 1}


@pytest.mark.parametrize("state", [StoreState.DISCONNECTED, StoreState.RECONNECT])
def test_event_of_a_disconnected_store_is_stored_and_counted(
    runtime: Runtime, state: StoreState
) -> None:
    make_store(state=state)

    assert deliver(runtime, event()) is True

    assert WebhookEvent.get().state == EventState.PENDING
    assert counted(runtime) == {(RejectionReason.DISCONNECTED_STORE, 1003): 1}


def test_event_of_a_connected_store_is_not_counted(runtime: Runtime) -> None:
    make_store()
    body = event()

    deliver(runtime, body)
    deliver(runtime, body)

    assert counted(runtime) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"eventType": "profile.subscriptionStatusChanged"},
        {"eventType": "profile.subscription_status_changed"},
        {"eventType": "application.uninstalled", "entityId": "1003"},
        {"eventType": "application.uninstalled", "entityId": 1003},
        {"eventType": "size_chart.updated"},
        {"eventType": "nobody.knows.this"},
        {"eventType": "order.updated", "data": {"orderId": "EBJFT"}},
        {"eventType": "order.updated", "data": None},
        {"entityId": None},
    ],
    ids=lambda change: "-".join(str(value) for value in change.values()),
)
def test_every_spelling_and_type_is_stored_for_the_drain(
    runtime: Runtime, change: dict[str, Any]
) -> None:
    body = event(**change)

    assert deliver(runtime, body) is True

    row = WebhookEvent.get()
    assert (row.type, row.state) == (body["eventType"], EventState.PENDING)
    assert row.entity_id == (None if body["entityId"] is None else str(body["entityId"]))


def test_event_may_lack_data_and_entity(runtime: Runtime) -> None:
    body = event()
    del body["entityId"]

    assert deliver(runtime, body) is True

    assert WebhookEvent.get().entity_id is None


def test_given_headers_and_the_signing_key_are_stored(runtime: Runtime) -> None:
    body = event()
    signature = sign(CLIENT_SECRET, body["eventCreated"], body["eventId"])

    accept_event(runtime, json.dumps(body).encode(), signature, {"User-Agent": "Ecwid"})

    row = WebhookEvent.get()
    assert (row.headers, row.signing_key) == ({"User-Agent": "Ecwid"}, "current")


@pytest.mark.promise(3)
@pytest.mark.parametrize("change", [{"eventId": "another"}, {"eventCreated": int(time.time()) - 9}])
def test_signature_of_another_event_is_rejected(runtime: Runtime, change: dict[str, Any]) -> None:
    body = event()
    signature = sign(CLIENT_SECRET, body["eventCreated"], body["eventId"])

    with pytest.raises(SignatureMismatchError):
        accept_event(runtime, json.dumps(body | change).encode(), signature)


@pytest.mark.promise(3)
def test_previous_secret_is_accepted_while_it_is_set(runtime: Runtime) -> None:
    changed = replace(runtime.settings, ecwid_previous_client_secret="the one before")

    with pytest.raises(SignatureMismatchError):
        deliver(runtime, event(), secret="the one before")
    assert deliver(replace(runtime, settings=changed), event(), secret="the one before") is True
    assert WebhookEvent.get().signing_key == "previous"


@pytest.mark.promise(3)
def test_nothing_is_accepted_without_a_client_secret(runtime: Runtime) -> None:
    unset = replace(runtime, settings=replace(runtime.settings, ecwid_client_secret=""))

    with pytest.raises(RejectedWebhookError):
        deliver(unset, event(), secret="")


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "age", [MAX_AGE + timedelta(minutes=1), timedelta(days=400), -MAX_AHEAD - timedelta(minutes=1)]
)
def test_event_outside_the_time_window_is_rejected(runtime: Runtime, age: timedelta) -> None:
    created = int((utc_now() - age).timestamp())

    make_store()

    with pytest.raises(SignatureExpiredError, match="outside the accepted time"):
        deliver(runtime, event(eventCreated=created))

    assert is_empty()
    assert counted(runtime) == {(RejectionReason.TIMESTAMP_OUT_OF_RANGE, 1003): 1}


@pytest.mark.parametrize(
    "age", [MAX_AGE - timedelta(minutes=1), -MAX_AHEAD + timedelta(minutes=1), timedelta(0)]
)
def test_last_repeat_and_a_fast_clock_are_within_the_time_window(
    runtime: Runtime, age: timedelta
) -> None:
    created = int((utc_now() - age).timestamp())

    assert deliver(runtime, event(eventCreated=created)) is True


def test_last_repeat_by_ecwid_is_within_the_time_window() -> None:
    assert timedelta(hours=24) < MAX_AGE


@pytest.mark.promise(2)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.dictionaries(st.text(), JSON))
def test_any_content_of_a_genuine_event_is_stored(
    runtime: Runtime, changes: dict[str, Any]
) -> None:
    WebhookEvent.delete().execute()

    assert deliver(runtime, changes | event()) is True

    assert WebhookEvent.get().payload["storeId"] == 1003


CUSTOM_SECRET = "client-secret-of-a-custom-app"


def give_custom_secret(runtime: Runtime, store_id: int, sealed: str | None = None) -> None:
    """Connect a store by a custom app with a client secret."""
    store = make_store(id=store_id)
    secret = sealed or runtime.sealer.seal(CUSTOM_SECRET, "grant.sealed_client_secret", store_id)
    make_grant(store, runtime.sealer, source=GrantSource.CUSTOM_APP, sealed_client_secret=secret)


def test_signature_of_a_custom_app_is_valid_for_its_own_store(runtime: Runtime) -> None:
    give_custom_secret(runtime, 1003)

    assert deliver(runtime, event(), secret=CUSTOM_SECRET)

    assert WebhookEvent.get().signing_key == "custom_app"


def test_signature_of_a_custom_app_proves_nothing_about_another_store(runtime: Runtime) -> None:
    give_custom_secret(runtime, 1003)
    make_store(id=1004)

    with pytest.raises(SignatureMismatchError):
        deliver(runtime, event(storeId=1004), secret=CUSTOM_SECRET)

    assert not WebhookEvent.select().exists()


def test_our_own_secret_is_valid_for_a_store_with_a_custom_app(runtime: Runtime) -> None:
    give_custom_secret(runtime, 1003)

    assert deliver(runtime, event())


def test_client_secret_of_a_revoked_grant_is_no_longer_valid(runtime: Runtime) -> None:
    give_custom_secret(runtime, 1003)
    Grant.revoke_all(1003, "test")

    with pytest.raises(SignatureMismatchError):
        deliver(runtime, event(), secret=CUSTOM_SECRET)


def test_client_secret_that_our_keys_do_not_open_verifies_nothing(runtime: Runtime) -> None:
    give_custom_secret(runtime, 1003, sealed="damaged")

    with pytest.raises(SignatureMismatchError):
        deliver(runtime, event(), secret=CUSTOM_SECRET)
