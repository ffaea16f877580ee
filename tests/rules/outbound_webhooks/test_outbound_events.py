"""Outbound events for transitions of a store, and payloads without customer data."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.outbound_webhooks.outbound_events import (
    PURPOSES,
    SUBSCRIBABLE_EVENTS,
    OutboundEventType,
    event_of_transition,
    is_about_access,
    is_visible,
    known_events,
)
from portal.rules.outbound_webhooks.outbound_payload import build_payload, serialize_payload

STATES = st.sampled_from(StoreState)
TROUBLES = set(StoreState) - {*WORKING_STATES, StoreState.CONNECTING, StoreState.DISCONNECTED}
NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@given(before=st.none() | STATES, after=STATES)
def test_state_after_a_transition_decides_the_event(
    before: StoreState | None, after: StoreState
) -> None:
    reported = event_of_transition(before, after)

    if before == after or after is StoreState.CONNECTING:
        assert reported is None
    elif after is StoreState.DISCONNECTED:
        assert reported is OutboundEventType.STORE_DISCONNECTED
    elif after in TROUBLES:
        assert reported is OutboundEventType.STORE_NEEDS_ATTENTION
    elif before in TROUBLES:
        assert reported is OutboundEventType.STORE_RECOVERED
    elif before in (None, StoreState.DISCONNECTED):
        assert reported is OutboundEventType.STORE_CONNECTED


def test_downgrade_to_a_working_plan_publishes_no_event() -> None:
    assert event_of_transition(StoreState.CONNECTED, StoreState.LIMITED) is None


def test_every_event_has_a_purpose_and_all_but_ping_can_be_chosen() -> None:
    assert set(PURPOSES) == set(OutboundEventType)
    assert set(SUBSCRIBABLE_EVENTS) == set(OutboundEventType) - {OutboundEventType.PING}


@given(st.lists(st.sampled_from([*OutboundEventType, "order.eaten"])))
def test_only_known_events_are_chosen_in_order_without_duplicates(names: list[str]) -> None:
    chosen = known_events(names)

    assert list(chosen) == [event for event in SUBSCRIBABLE_EVENTS if event in names]


@pytest.mark.parametrize(
    ("event", "record_id", "address"),
    [
        ("order.created", 90, "https://portal.example/api/v1/stores/1003/orders/90"),
        ("product.deleted", 5, "https://portal.example/api/v1/stores/1003/products/5"),
        ("store.recovered", None, "https://portal.example/api/v1/stores/1003"),
    ],
)
def test_payload_says_what_changed_and_where_to_read_it(
    event: str, record_id: int | None, address: str
) -> None:
    made = build_payload(
        event,
        NOON,
        portal_url="https://portal.example",
        store_id=1003,
        record_id=record_id,
        detail={},
    )

    assert made["type"] == event
    assert made["timestamp"] == "2026-03-01T12:00:00.123Z"
    assert made["data"]["store_id"] == 1003
    assert made["data"].get("id") == record_id
    assert made["data"]["url"] == address


@pytest.mark.parametrize(
    ("event", "scopes", "expected"),
    [
        ("product.updated", ["read_catalog"], True),
        ("product.updated", ["read_orders"], False),
        ("order.created", ["read_orders", "write_orders"], True),
        ("order.created", [], False),
        ("store.connected", [], True),
        ("channel.revoked", [], True),
        ("issue.opened", ["read_catalog"], False),
        *(("issue.opened", [scope], True) for scope in ("read_orders", "write_orders")),
        ("issue.resolved", ["read_health"], True),
        ("connect_link.completed", ["manage_keys"], False),
        ("connect_link.completed", ["manage_links"], True),
    ],
)
def test_event_about_records_needs_their_scope(
    event: str, scopes: list[str], expected: bool
) -> None:
    assert is_visible(event, scopes) is expected


def test_events_about_access_arrive_without_it() -> None:
    about = {event for event in OutboundEventType if is_about_access(event)}

    assert {event.partition(".")[0] for event in about} == {"channel", "connect_link"}
    assert len(about) == 11


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_payload_text_is_json_and_always_the_same(detail: dict[str, str]) -> None:
    facts = {"portal_url": "", "store_id": None, "record_id": None, "detail": detail}

    texts = {serialize_payload(build_payload("ping", NOON, **facts)) for _ in range(2)}

    assert len(texts) == 1
    assert json.loads(texts.pop())["data"] == detail
