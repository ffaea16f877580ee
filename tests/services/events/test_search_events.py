"""Searches find exactly the matching events, page by page, however common each condition is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.models import EventState, EventTerm, Store, WebhookEvent
from portal.rules.webhooks.search_terms import extract_terms
from portal.services.events import search_events
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_event_terms import index_next_batch
from portal.services.events.index_scans import TYPES_LIMIT, event_types
from portal.services.events.list_events import EventPage, find_event, find_events
from portal.services.events.search_events import count_matching_events, find_ids, full_range
from portal.services.pagination import PAGE_SIZE
from tests.factories import UPDATED_AT, make_event, make_store

TYPES = ("order.updated", "product.updated", "product.deleted")
TEXTS = ("", "PAID", "SHIPPED PAID", "shipped")
EVENTS = 60

filters = st.builds(
    EventFilter,
    type=st.sampled_from(("", *TYPES, "order.created")),
    state=st.sampled_from(("", *EventState)),
    entity=st.sampled_from(("", "1", "2", "404")),
    since=st.none() | st.integers(0, EVENTS).map(lambda n: UPDATED_AT + timedelta(minutes=n)),
    until=st.none() | st.integers(0, EVENTS).map(lambda n: UPDATED_AT + timedelta(minutes=n)),
    text=st.sampled_from((*TEXTS, "paid paid", "nowhere", "paid 1")),
)


def fill(store: Store) -> None:
    """Save events of every type, a minute apart, and index their terms."""
    for number in range(EVENTS):
        make_event(
            event_id=f"e-{number}",
            store_id=store.id if number % 7 else 2002,
            type=TYPES[number % len(TYPES)],
            state=list(EventState)[number % 5 % 4],
            entity_id=str(number % 4),
            received_at=UPDATED_AT + timedelta(minutes=number),
            payload={"entityId": number % 4, "data": {"status": TEXTS[number % len(TEXTS)]}},
        )
    while index_next_batch():
        pass


def matches(event: WebhookEvent, wanted: EventFilter) -> bool:
    """Return whether an event matches, by a plain comparison in Python."""
    return (
        event.store_id == 1003
        and wanted.type in ("", event.type)
        and wanted.state in ("", event.state)
        and wanted.entity in ("", event.entity_id)
        and (wanted.since is None or event.received_at >= wanted.since)
        and (wanted.until is None or event.received_at < wanted.until)
        and set(wanted.terms) <= set(extract_terms(event.payload))
    )


def walk(store: Store, wanted: EventFilter) -> Iterator[EventPage]:
    """Yield the pages of a search from the first to the last."""
    page = find_events(store, wanted)
    yield page
    while page.later is not None:
        page = find_events(store, wanted, after=page.later)
        yield page


@pytest.fixture(params=[10_000, 7])
def few_looks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Limit the rows scanned by a search: to all, or to so few that it takes several searches."""
    look: int = request.param
    monkeypatch.setattr(search_events, "SCAN_LIMIT", look)
    monkeypatch.setattr(search_events, "FIRST_SCAN", min(look, 3))
    return look


@pytest.mark.usefixtures("few_looks")
@pytest.mark.promise(11)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=filters)
def test_pages_of_a_search_contain_exactly_the_matches(store: Store, wanted: EventFilter) -> None:
    if not WebhookEvent.select().exists():
        fill(store)
    expected = [
        e.id for e in WebhookEvent.select().order_by(-WebhookEvent.id) if matches(e, wanted)
    ]

    pages = list(walk(store, wanted))

    assert [row.id for page in pages for row in page.rows] == expected
    back = find_events(store, wanted, before=0)
    found = [row.id for row in back.rows]
    while back.earlier is not None:
        back = find_events(store, wanted, before=back.earlier)
        found = [row.id for row in back.rows] + found
    assert found == expected
    count = count_matching_events(store.id, wanted, full_range(), 100)
    assert count.number == len(expected) if count.is_exact else count.number <= len(expected)


def test_search_stopped_at_its_limit_reports_how_far_it_came(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_events, "SCAN_LIMIT", 10)
    monkeypatch.setattr(search_events, "FIRST_SCAN", 5)
    fill(store)
    wanted = EventFilter(text="paid", entity="3")

    page = find_events(store, wanted)

    assert page.rows == []
    assert page.later is not None
    assert page.searched_back_to == WebhookEvent.get_by_id(page.later).received_at


def test_pages_lead_forward_and_back(store: Store) -> None:
    for number in range(2 * PAGE_SIZE + 1):
        make_event(event_id=str(number))

    first = find_events(store, EventFilter())
    second = find_events(store, EventFilter(), after=first.later)
    last = find_events(store, EventFilter(), before=0)

    assert (first.earlier, last.later) == (None, None)
    assert [row.event_id for row in last.rows][-1] == "0"
    assert len(last.rows) == PAGE_SIZE
    back = find_events(store, EventFilter(), before=second.earlier)
    assert [row.id for row in back.rows] == [row.id for row in first.rows]


def test_event_is_found_by_its_id_if_it_matches_the_rest(store: Store) -> None:
    event = make_event()

    by_id = EventFilter(text=event.event_id)

    assert [row.id for row in find_events(store, by_id).rows] == [event.id]
    dead = EventFilter(text=event.event_id, state=EventState.DEAD)
    assert find_events(store, dead).rows == []


@pytest.mark.promise(9)
def test_events_of_another_store_are_not_found(store: Store) -> None:
    event = make_event(store_id=make_store(id=2002).id)

    assert find_event(store, event.event_id) is None
    assert find_events(store, EventFilter(text=event.event_id)).rows == []
    assert find_event(Store.get_by_id(2002), event.event_id) == event


def test_text_without_a_term_matches_nothing(store: Store) -> None:
    make_event()

    assert find_ids(store.id, EventFilter(text="…"), full_range(), limit=5).ids == []


def test_time_range_is_narrowed_by_binary_search(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_events, "SCAN_LIMIT", 5)
    fill(store)
    wanted = EventFilter(
        since=UPDATED_AT + timedelta(minutes=20), until=UPDATED_AT + timedelta(minutes=40)
    )

    found = find_ids(store.id, wanted, full_range(), limit=EVENTS)

    assert found.ids == [
        e.id for e in WebhookEvent.select().order_by(-WebhookEvent.id) if matches(e, wanted)
    ]


def test_event_types_of_a_store_are_listed(store: Store) -> None:
    for number in range(TYPES_LIMIT + 5):
        make_event(event_id=str(number), type=f"a.{number:03}")
    make_event(event_id="other", store_id=2002, type="b")

    assert event_types(store.id) == [f"a.{number:03}" for number in range(TYPES_LIMIT)]
    assert event_types(2002) == ["b"]


def test_count_stops_at_its_limit(store: Store) -> None:
    for number in range(5):
        make_event(event_id=str(number))
    while index_next_batch():
        pass
    EventTerm.insert_many(
        {"store_id": store.id, "term": "paid", "event_id": e.id} for e in WebhookEvent.select()
    ).execute()

    for wanted in (EventFilter(), EventFilter(text="paid")):
        assert count_matching_events(store.id, wanted, full_range(), 4) == (4, False)
        assert count_matching_events(store.id, wanted, full_range(), 5) == (5, True)


def test_filter_is_stored_as_json_without_empty_fields() -> None:
    wanted = EventFilter(type="order.updated", since=UPDATED_AT)

    assert wanted.as_json() == {"type": "order.updated", "since": UPDATED_AT.isoformat()}
    assert EventFilter.from_json(wanted.as_json()) == wanted
    assert EventFilter().is_empty
    assert not wanted.is_empty
