"""Activity merges what happened from four tables, and pages neither repeat nor skip a row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from peewee import Database

from portal.models import (
    OrderSubmission,
    Resource,
    RunKind,
    Store,
    SyncRun,
    TimelineEntry,
    WebhookEvent,
    database,
)
from portal.services.connection.list_activity import ActivityKind, list_activity
from tests.factories import UPDATED_AT, make_event, make_store
from tests.statements import count_statements

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database: Database) -> Store:
    """A store with 12 rows of each kind, one minute apart, in turns; another one has rows, too."""
    make_store(id=2002)
    store = make_store(id=1003)
    make_event(event_id="other", store_id=2002)
    TimelineEntry.create(store=2002, what="disconnected")
    for number in range(12):
        at = UPDATED_AT + 4 * number * MINUTE
        make_event(event_id=f"e-{number}", received_at=at)
        SyncRun.create(
            store=store,
            resource=Resource.PRODUCTS,
            kind=RunKind.INCREMENTAL,
            created_at=at + MINUTE,
            finished_at=at + MINUTE,
        )
        OrderSubmission.create(
            store=store,
            sender="merchant 1",
            idempotency_key=f"k-{number}",
            fingerprint="",
            reference=f"r-{number}",
            received_at=at + 2 * MINUTE,
        )
        TimelineEntry.create(store=store, what="issue_opened", happened_at=at + 3 * MINUTE)
    return store


def test_rows_of_all_kinds_are_merged_by_time(store: Store) -> None:
    page = list_activity(store, size=6)

    kinds = [each.kind for each in page.rows]
    assert kinds == [
        *(ActivityKind.CONNECTION, ActivityKind.ORDERS, ActivityKind.SYNC, ActivityKind.EVENTS),
        *(ActivityKind.CONNECTION, ActivityKind.ORDERS),
    ]
    times = [each.at for each in page.rows]
    assert times == sorted(times, reverse=True)


@pytest.mark.promise(11)
def test_pages_have_every_row_once(store: Store) -> None:
    # Out of order: an event that was received earlier, but recorded later.
    WebhookEvent.update(received_at=UPDATED_AT).where(WebhookEvent.event_id == "e-11").execute()
    seen, after = [], None

    while True:
        page = list_activity(store, after=after, size=5)
        seen += [(each.kind, each.row.id) for each in page.rows]
        after = page.later
        if after is None:
            break

    assert len(seen) == len(set(seen)) == 48


def test_one_kind_is_listed_alone(store: Store) -> None:
    page = list_activity(store, [ActivityKind.ORDERS], size=10)

    assert {each.kind for each in page.rows} == {ActivityKind.ORDERS}
    assert page.later == {ActivityKind.ORDERS: page.rows[-1].row.id}


def test_page_takes_a_statement_for_each_kind(store: Store) -> None:
    with count_statements(database.obj) as statements:
        list_activity(store, size=5)

    assert len(statements) == 4
