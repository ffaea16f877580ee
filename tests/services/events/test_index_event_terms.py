"""The terms of events are indexed soon after their receipt, each event once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from peewee import PostgresqlDatabase

from portal.models import EventTerm, EventTermProgress, Store, utc_now
from portal.services.events import index_event_terms as service
from portal.services.events.index_event_terms import index_event_terms, terms_indexed_until
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_event


def test_terms_of_each_event_are_indexed_once(runtime: Runtime, store: Store) -> None:
    event = make_event(payload={"data": {"orderId": "EBJFT"}}, received_at=UPDATED_AT)

    assert [index_event_terms(runtime) for _ in range(2)] == [1, 0]

    assert list(EventTerm.select().tuples()) == [(store.id, "ebjft", event.id)]
    assert terms_indexed_until() == UPDATED_AT
    assert EventTermProgress.get().upto_id == event.id


def test_new_events_are_indexed_in_batches(
    runtime: Runtime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    for number in range(5):
        make_event(event_id=str(number), payload={"a": number}, received_at=UPDATED_AT)

    assert index_event_terms(runtime) == 5
    assert EventTerm.select().count() == 5


def test_round_ends_in_time_and_the_next_continues(
    runtime: Runtime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    monkeypatch.setattr(service, "TIME_BUDGET_S", 0.0)
    for number in range(5):
        make_event(event_id=str(number), payload={"a": number}, received_at=UPDATED_AT)

    while index_event_terms(runtime):
        pass

    assert EventTerm.select().count() == 5


def test_newest_events_wait_where_commits_may_overlap(runtime: Runtime, store: Store) -> None:
    make_event(payload={"a": "soon"}, received_at=utc_now() + timedelta(seconds=5))

    is_postgresql = isinstance(runtime.database, PostgresqlDatabase)
    assert index_event_terms(runtime) == (0 if is_postgresql else 1)


def test_nothing_is_indexed_before_the_first_event(runtime: Runtime) -> None:
    assert index_event_terms(runtime) == 0
    assert terms_indexed_until() is None
