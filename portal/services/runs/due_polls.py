"""Sweep that wakes the polls of due stores, the most overdue first."""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import fn

from portal.jobs import POLL_STORE
from portal.models import IS_WORKING, Store, SyncState, utc_now
from portal.rules.sync.pace import WITH_EVENTS
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork

# A round sees the events of this time: longer than the time between two rounds.
EVENT_WINDOW = timedelta(seconds=30)


def wake_due_polls(runtime: Runtime) -> int:
    """Wake the polls of stores with a due resource, as far as the queue has room; return how many.

    Takes two statements for any number of stores. The poll sets the next due time. Several rounds
    drain a backlog in order of lateness.
    """
    _hasten_polls_after_events(utc_now())
    return runtime.wake_due(due_polls())


def due_polls() -> DueWork:
    """Return the working stores with a resource to check for changes."""
    due = (
        SyncState.select(SyncState.store)
        .join(Store)
        .where(SyncState.next_due_at <= utc_now(), SyncState.paused_at.is_null(), IS_WORKING)
        .group_by(SyncState.store)
    )
    return DueWork(POLL_STORE, due, fn.MIN(SyncState.next_due_at))


def _hasten_polls_after_events(now: datetime) -> None:
    """Poll stores at full pace that were polled less often until an event arrived.

    Resources of failed and canceled runs wait as long as before.
    """
    soon = now + WITH_EVENTS.shortest
    heard = Store.select(Store.id).where(Store.last_event_at >= now - EVENT_WINDOW)
    SyncState.update(next_due_at=soon).where(
        SyncState.next_due_at > soon,
        SyncState.check_interval_s.is_null(is_null=False),
        SyncState.store.in_(heard),
    ).execute()
