"""Sync states and last runs of many stores' resources, read by one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from peewee import JOIN, Expression, Field, fn

from portal.models import SYNC_ORDER, SyncRun, SyncState, database
from portal.models.fields import UtcDateTimeField

_read_time: Callable[[Any], Any] = UtcDateTimeField().python_value


class ResourceState(NamedTuple):
    """Columns of a sync state that the freshness of its resource depends on, and its change."""

    resource: str
    last_success_at: datetime | None = None
    paused_at: datetime | None = None
    check_interval_s: int | None = None
    remote_changed_at: datetime | None = None


class LastRun(NamedTuple):
    """Columns of a resource's last run that its freshness depends on."""

    state: str
    failures: int
    finished_at: datetime | None


# By store and resource.
ResourceStates = Mapping[tuple[int, str], tuple[ResourceState, LastRun | None]]


def read_resource_states(among: Callable[[Field], Expression]) -> ResourceStates:
    """Return the state and last run of each resource of these stores.

    Rows are read as tuples, because models of 25,000 of them took longer than all else.
    """
    run = SyncRun.alias()
    last = run.select(fn.MAX(run.id)).where(
        run.store == SyncState.store, run.resource == SyncState.resource
    )
    query = (
        SyncState.select(
            SyncState.store,
            SyncState.resource,
            SyncState.last_success_at,
            SyncState.paused_at,
            SyncState.check_interval_s,
            SyncState.remote_changed_at,
            SyncRun.state,
            SyncRun.failures,
            SyncRun.finished_at,
        )
        .join(SyncRun, JOIN.LEFT_OUTER, on=(SyncRun.id == last))
        .where(among(SyncState.store))
    )
    found: dict[tuple[int, str], tuple[ResourceState, LastRun | None]] = {}
    for row in database.execute(query).fetchall():
        store_id, resource, success, paused, interval, changed, *of_run = row
        state = ResourceState(
            resource, _read_time(success), _read_time(paused), interval, _read_time(changed)
        )
        last_run = None
        if of_run[0] is not None:
            last_run = LastRun(of_run[0], of_run[1], _read_time(of_run[2]))
        found[store_id, resource] = state, last_run
    return found


def states_of(
    states: ResourceStates, store_id: int
) -> Sequence[tuple[ResourceState, LastRun | None]]:
    """Return each resource's state and last run; one that was never read has an empty state."""
    return [
        states.get((store_id, resource), (ResourceState(resource), None)) for resource in SYNC_ORDER
    ]


def last_changes(states: ResourceStates) -> dict[int, datetime]:
    """Return each store's last change that its statistics reported."""
    changes: dict[int, datetime] = {}
    for (store_id, _resource), (state, _run) in states.items():
        if state.remote_changed_at is not None:
            known = changes.get(store_id, state.remote_changed_at)
            changes[store_id] = max(known, state.remote_changed_at)
    return changes
