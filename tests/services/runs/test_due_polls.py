"""Due stores are polled, the most overdue first, with two statements for any number of stores."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.jobs import POLL_STORE
from portal.models import SYNC_ORDER, Resource, Store, StoreState, SyncState, utc_now
from portal.services.runs.due_polls import wake_due_polls
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.statements import count_statements

MINUTE = timedelta(minutes=1)


def make_due(store_id: int, overdue_min: float = 1) -> Store:
    """Save a store of which one resource is overdue and the others are due later."""
    store = make_store(id=store_id)
    now = utc_now()
    for resource in SYNC_ORDER:
        SyncState.create(store=store, resource=resource, next_due_at=now + 10 * MINUTE)
    SyncState.update(next_due_at=now - overdue_min * MINUTE).where(
        SyncState.store == store, SyncState.resource == Resource.ORDERS
    ).execute()
    return store


def woken(runtime: Runtime) -> list[int]:
    """Return the stores whose polls wait, in order."""
    queue = Queue(POLL_STORE.queue, connection=runtime.redis, serializer=JSONSerializer)
    return [job.args[0] for job in queue.jobs]


def due_times(store: Store) -> set[datetime]:
    return {state.next_due_at for state in SyncState.select().where(SyncState.store == store)}


def test_most_overdue_store_comes_first_and_each_once(runtime: Runtime) -> None:
    make_due(1, 2)
    make_due(2, 9)
    make_due(3, -1)

    assert wake_due_polls(runtime) == 2
    assert woken(runtime) == [2, 1]


def test_paused_running_and_stopped_resources_are_not_due(runtime: Runtime) -> None:
    make_due(1)
    SyncState.update(paused_at=utc_now()).execute()
    make_due(2)
    SyncState.update(next_due_at=None).where(SyncState.store == 2).execute()
    make_due(3)
    Store.update(state=StoreState.RECONNECT).where(Store.id == 3).execute()

    assert wake_due_polls(runtime) == 0


def test_round_fills_the_queue_with_the_most_overdue_stores(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.services.runtime.QUEUE_DEPTH", 2)
    for store_id in (1, 2, 3):
        make_due(store_id, overdue_min=store_id)

    assert [wake_due_polls(runtime), wake_due_polls(runtime)] == [2, 0]
    assert woken(runtime) == [3, 2]


def test_event_brings_the_next_poll_forward(runtime: Runtime) -> None:
    now, later = utc_now(), utc_now() + 14 * MINUTE
    for store_id in (1, 2):
        SyncState.create(
            store=make_store(id=store_id),
            resource=Resource.ORDERS,
            next_due_at=later,
            check_interval_s=900,
        )
    SyncState.create(store=1, resource=Resource.PRODUCTS, next_due_at=later)
    Store.update(last_event_at=now).where(Store.id == 1).execute()

    assert wake_due_polls(runtime) == 0

    heard, failed = sorted(due_times(Store.get_by_id(1)))
    assert heard <= utc_now() + 4 * MINUTE
    # The last run of this resource has failed, so the time of its next one is no pace.
    assert failed == later
    assert due_times(Store.get_by_id(2)) == {later}


def test_statements_do_not_depend_on_the_number_of_stores(runtime: Runtime) -> None:
    counts = []
    for first_id, last_id in ((1, 10), (11, 200)):
        for store_id in range(first_id, last_id + 1):
            SyncState.create(store=make_store(id=store_id), resource=Resource.ORDERS)
        with count_statements(runtime.database) as statements:
            assert wake_due_polls(runtime) == last_id - first_id + 1
        counts.append(len(statements))

    assert counts == [2, 2]
