"""A delivery is verified, written down once, and only then is anybody woken."""

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
from portal.errors import EventFormatError, EventSignatureError
from portal.jobs import DRAIN_EVENTS, wake_key
from portal.models import EventState, Store, WebhookEvent, WebhookHealth, utc_now
from portal.services.accept_event import MAX_AGE, MAX_AHEAD, accept_event, read_delivery
from portal.services.runtime import Runtime, open_redis
from tests.conftest import CLIENT_SECRET
from tests.factories import make_store

HOUR_S = 3600
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def event(**changes: Any) -> dict[str, Any]:
    """Return an event as Ecwid sends it, made just now."""
    values = {
        "eventId": "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
        "eventCreated": int(time.time()),
        "storeId": 1003,
        "entityId": 5,
        "eventType": "product.updated",
    }
    return values | changes


def deliver(runtime: Runtime, body: dict[str, Any], secret: str = CLIENT_SECRET) -> bool:
    """Hand the event in with the signature that ``secret`` makes."""
    signature = sign(secret, body["eventCreated"], body["eventId"])
    return accept_event(runtime, json.dumps(body).encode(), signature)


def is_woken(runtime: Runtime, store_id: int = 1003) -> bool:
    """Tell whether the drain of this store's events was woken."""
    return bool(runtime.redis.exists(wake_key(DRAIN_EVENTS.path, (store_id,))))


def is_empty() -> bool:
    """Tell whether no event was recorded."""
    return not WebhookEvent.select().exists()


@pytest.mark.promise(2)
def test_an_accepted_event_is_a_committed_row(runtime: Runtime) -> None:
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


def test_an_accepted_event_wakes_the_drain_of_its_store(runtime: Runtime) -> None:
    deliver(runtime, event())

    assert is_woken(runtime)
    assert not is_woken(runtime, 2002)


@pytest.mark.promise(2)
def test_an_event_that_can_not_be_written_is_an_error_and_wakes_nobody(runtime: Runtime) -> None:
    runtime.database.execute_sql("ALTER TABLE webhook_event RENAME TO away")

    try:
        with pytest.raises(PeeweeException):
            deliver(runtime, event())
    finally:
        runtime.database.execute_sql("ALTER TABLE away RENAME TO webhook_event")

    assert not is_woken(runtime)
    assert is_empty()


@pytest.mark.promise(1)
def test_an_event_is_accepted_while_the_queue_server_is_away(runtime: Runtime) -> None:
    alone = replace(runtime, redis=open_redis("unix:///nowhere/valkey.sock"))

    assert deliver(alone, event()) is True

    assert WebhookEvent.get().state == EventState.PENDING


@pytest.mark.promise(3)
def test_a_repeated_event_is_one_row_and_wakes_again(runtime: Runtime) -> None:
    body = event()
    deliver(runtime, body)
    runtime.redis.flushall()

    assert deliver(runtime, body) is False

    assert WebhookEvent.select().count() == 1
    assert is_woken(runtime)


@pytest.mark.promise(3)
def test_a_repeat_changes_nothing_about_what_became_of_the_event(runtime: Runtime) -> None:
    deliver(runtime, event())
    WebhookEvent.update(state=EventState.APPLIED, attempts=1).execute()

    deliver(runtime, event(eventType="product.deleted", storeId=2002))

    row = WebhookEvent.get()
    assert (row.type, row.store_id) == ("product.updated", 1003)
    assert (row.state, row.attempts) == (EventState.APPLIED, 1)


@pytest.mark.promise(3)
def test_an_event_of_a_store_that_is_not_known_yet_is_kept(runtime: Runtime) -> None:
    assert deliver(runtime, event(storeId=404)) is True

    assert WebhookEvent.get().store_id == 404
    assert not Store.select().exists()


def test_an_event_proves_that_webhooks_arrive(runtime: Runtime) -> None:
    make_store()
    make_store(id=2002)

    deliver(runtime, event())

    store, other = Store.get_by_id(1003), Store.get_by_id(2002)
    assert store.webhook_health == WebhookHealth.VERIFIED
    assert utc_now() - store.last_event_at < timedelta(minutes=1)
    assert (other.webhook_health, other.last_event_at) == (WebhookHealth.PENDING, None)


@pytest.mark.promise(3)
@pytest.mark.parametrize("signature", [None, "", "bm90IGl0", "ünïcode"])
def test_a_missing_or_wrong_signature_is_refused(runtime: Runtime, signature: str | None) -> None:
    body = json.dumps(event()).encode()

    with pytest.raises(EventSignatureError, match="missing or wrong"):
        accept_event(runtime, body, signature)

    assert is_empty()
    assert not is_woken(runtime)


@pytest.mark.promise(3)
@pytest.mark.parametrize("change", [{"eventId": "another"}, {"eventCreated": int(time.time()) - 9}])
def test_the_signature_of_another_event_is_refused(
    runtime: Runtime, change: dict[str, Any]
) -> None:
    body = event()
    signature = sign(CLIENT_SECRET, body["eventCreated"], body["eventId"])

    with pytest.raises(EventSignatureError):
        accept_event(runtime, json.dumps(body | change).encode(), signature)


@pytest.mark.promise(3)
def test_the_previous_secret_is_taken_as_long_as_it_is_set(runtime: Runtime) -> None:
    changed = replace(runtime.settings, ecwid_previous_client_secret="the one before")

    with pytest.raises(EventSignatureError):
        deliver(runtime, event(), secret="the one before")
    assert deliver(replace(runtime, settings=changed), event(), secret="the one before") is True


@pytest.mark.promise(3)
def test_without_a_client_secret_nothing_is_taken(runtime: Runtime) -> None:
    unset = replace(runtime, settings=replace(runtime.settings, ecwid_client_secret=""))

    with pytest.raises(EventSignatureError):
        deliver(unset, event(), secret="")


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    "age", [MAX_AGE + timedelta(minutes=1), timedelta(days=400), -MAX_AHEAD - timedelta(minutes=1)]
)
def test_an_event_of_another_time_is_refused(runtime: Runtime, age: timedelta) -> None:
    created = int((utc_now() - age).timestamp())

    with pytest.raises(EventSignatureError, match="outside the accepted time"):
        deliver(runtime, event(eventCreated=created))

    assert is_empty()


@pytest.mark.parametrize(
    "age", [MAX_AGE - timedelta(minutes=1), -MAX_AHEAD + timedelta(minutes=1), timedelta(0)]
)
def test_the_last_repeat_and_a_fast_clock_are_in_time(runtime: Runtime, age: timedelta) -> None:
    created = int((utc_now() - age).timestamp())

    assert deliver(runtime, event(eventCreated=created)) is True


def test_the_last_repeat_of_ecwid_comes_within_the_window() -> None:
    assert timedelta(hours=24) < MAX_AGE


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the body is not JSON"),
        (b"{", "the body is not JSON"),
        (b"\xff\xfe", "the body is not JSON"),
        (b'{"eventId": NaN}', "the body is not JSON"),
        (b"1" * 5000, "the body is not JSON"),
        (b'{"price": 1E99999999999999999999}', "the body is not JSON"),
        (b"[" * 60_000, "the body is not JSON"),
        (b"null", "the body is no JSON object"),
        (b"[{}]", "the body is no JSON object"),
        (b'"text"', "the body is no JSON object"),
        (b"{}", "eventId is missing or is no short text"),
    ],
)
def test_a_body_that_is_no_event_is_refused_with_the_reason(body: bytes, problem: str) -> None:
    with pytest.raises(EventFormatError, match=problem):
        read_delivery(body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("eventId", value) for value in (None, "", 5, "x" * 201, "a\x00b", "a\nb", "\ud800", [])),
        *(("eventType", value) for value in (None, "", 5, "x" * 201, "a\tb", {})),
        *(("eventCreated", value) for value in (None, "", 0, -1, 1.5, True, 2**33, "soon", [])),
        *(
            ("storeId", value)
            for value in (None, "", 0, -1003, 1.5, True, 2**63, "1" * 20, "¹", "+1")
        ),
        *(("entityId", value) for value in (True, [], {}, "x" * 201, "a\x00b", 10**200)),
    ],
)
def test_a_field_with_an_impossible_value_is_named(name: str, value: Any) -> None:
    with pytest.raises(EventFormatError, match=f"^{name} is "):
        read_delivery(json.dumps(event(**{name: value})).encode())


@pytest.mark.parametrize(
    ("entity_id", "read"), [(5, "5"), ("5", "5"), ("EBJFT", "EBJFT"), (None, None), ("", "")]
)
def test_an_entity_is_named_by_number_or_text(entity_id: object, read: str | None) -> None:
    delivery = read_delivery(json.dumps(event(entityId=entity_id)).encode())

    assert delivery.entity_id == read


def test_numbers_may_come_as_texts() -> None:
    delivery = read_delivery(json.dumps(event(storeId="1003", eventCreated="1700000000")).encode())

    assert (delivery.store_id, delivery.event_created) == (1003, 1_700_000_000)
    assert delivery.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def readable(body: bytes) -> bool:
    """Tell whether the body is read; anything but a good event or EventFormatError fails."""
    try:
        delivery = read_delivery(body)
    except EventFormatError:
        return False
    assert 0 < delivery.store_id < 2**63
    assert delivery.created_at.tzinfo is UTC
    assert delivery.event_id
    assert delivery.type
    return True


@given(st.binary())
def test_no_bytes_are_more_than_refused(body: bytes) -> None:
    readable(body)


@given(body=JSON, is_ascii=st.booleans())
def test_no_json_is_more_than_refused(body: Any, is_ascii: bool) -> None:
    readable(json.dumps(body, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass"))


@given(name=st.sampled_from(sorted(event())), value=JSON, changes=st.dictionaries(st.text(), JSON))
def test_no_value_of_any_field_is_more_than_refused(
    name: str, value: Any, changes: dict[str, Any]
) -> None:
    readable(json.dumps(changes | event(**{name: value})).encode())


@given(text=st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{1,3})?[eE][+-]?[0-9]{1,25}", fullmatch=True))
def test_no_number_is_more_than_refused(text: str) -> None:
    body = json.dumps(event(entityId=0, data=0))

    readable(body.replace('"entityId": 0', f'"entityId": {text}').encode())
    readable(body.replace('"data": 0', f'"data": {text}').encode())


@pytest.mark.promise(2)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.dictionaries(st.text(), JSON))
def test_whatever_else_a_genuine_event_holds_it_is_kept(
    runtime: Runtime, changes: dict[str, Any]
) -> None:
    WebhookEvent.delete().execute()

    assert deliver(runtime, changes | event()) is True

    assert WebhookEvent.get().payload["storeId"] == 1003
