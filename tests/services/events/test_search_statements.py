"""Number of statements that a search of events takes, whatever it searches for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import EventState, Store
from portal.services.events import search_events
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_event_terms import index_next_batch
from portal.services.events.list_events import find_events
from portal.services.events.replay_events import count_replayable
from tests.factories import UPDATED_AT, make_event
from tests.web.page_walk import recorded_statements

HOUR = {"since": UPDATED_AT, "until": UPDATED_AT + timedelta(hours=1)}
WORST = EventFilter(text="paid shipped", state=EventState.DEAD, entity="5", **HOUR)


@pytest.fixture
def searched(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with events of several types, more of them than a search scans."""
    monkeypatch.setattr(search_events, "FIRST_SCAN", 3)
    monkeypatch.setattr(search_events, "SCAN_LIMIT", 6)
    for number in range(20):
        make_event(
            event_id=str(number),
            type=f"kind{number}.updated",
            state=EventState.DEAD,
            received_at=UPDATED_AT + timedelta(minutes=number),
            payload={"status": "PAID"},
        )
    while index_next_batch():
        pass
    return store


@pytest.mark.parametrize(
    ("wanted", "statements"),
    [
        (EventFilter(), 3),
        (EventFilter(type="kind1.updated"), 3),
        (EventFilter(state=EventState.DEAD), 4),
        (EventFilter(**HOUR), 4),
        (EventFilter(text="paid"), 7),
        (WORST, 11),
    ],
)
def test_search_takes_few_statements(searched: Store, wanted: EventFilter, statements: int) -> None:
    with recorded_statements() as sent:
        find_events(searched, wanted)

    assert len(sent) <= statements


def test_count_for_a_replay_takes_few_statements(searched: Store) -> None:
    for wanted, statements in ((EventFilter(), 3), (EventFilter(text="paid"), 8), (WORST, 9)):
        with recorded_statements() as sent:
            count_replayable(searched, wanted)

        assert len(sent) <= statements, wanted
