"""History of each resource's freshness: one point per 15 minutes, for two days.

The highest lag of each hour is kept for a month, see `HourlyCount`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from peewee import JOIN, fn

from portal.models import (
    FreshnessPoint,
    HourlyCount,
    Resource,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.sync.freshness import minutes_behind
from portal.services.mirror.resource_freshness import freshness_of
from portal.services.runtime import Runtime
from portal.services.work.time_budget import repeat_for

SLOT = timedelta(minutes=15)
RETENTION = timedelta(hours=48)
STORES_PER_STATEMENT = 25
POINTS_PER_DELETION = 500
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.05


def slot_of(moment: datetime) -> datetime:
    """Return the start of the 15-minute slot that contains ``moment``."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def record_freshness(_runtime: Runtime) -> int:
    """Write missing points of this slot, and delete expired ones; return how many were written.

    Each round continues where the last one stopped and ends when its time is over, so the points
    of many stores are spread over the slot. Disconnected stores are left out, because their data
    isn't expected to be fresh.
    """
    slot = slot_of(utc_now())
    _delete_expired(slot - RETENTION)
    return repeat_for(TIME_BUDGET_S, partial(_write_next_points, slot))


def _write_next_points(slot: datetime) -> int:
    """Write the points of the next stores in the order of their ids; return how many."""
    last = FreshnessPoint.select(fn.MAX(FreshnessPoint.store)).where(FreshnessPoint.at == slot)
    after_id = last.scalar() or 0
    now = utc_now()
    points = [_point(state, slot, now) for state in _states(after_id)]
    if points:
        with database.atomic():
            FreshnessPoint.insert_many(points).on_conflict_ignore().execute()
            HourlyCount.raise_lags(_lags(points), slot)
    return len(points)


def _delete_expired(until: datetime) -> None:
    """Delete the oldest points in batches of stores within a part of the round's time."""
    repeat_for(TIME_BUDGET_S / 2, partial(_delete_next_expired, until))


def _delete_next_expired(until: datetime) -> int:
    expired = (
        FreshnessPoint.select(FreshnessPoint.at, FreshnessPoint.store)
        .where(FreshnessPoint.at <= until)
        .order_by(FreshnessPoint.at, FreshnessPoint.store)
        .limit(POINTS_PER_DELETION)
    )
    oldest = list(expired)
    if not oldest:
        return 0
    at = oldest[0].at
    last_store_id = max(point.store_id for point in oldest if point.at == at)
    deleted: int = (
        FreshnessPoint.delete()
        .where(FreshnessPoint.at == at, FreshnessPoint.store <= last_store_id)
        .execute()
    )
    return deleted


class HistoryPoint(NamedTuple):
    """A `FreshnessPoint` as charts use it; a page has a thousand, and an instance costs more."""

    at: datetime
    freshness: str
    minutes_behind: int | None


def history_of(store: Store, resource: Resource, now: datetime) -> Sequence[HistoryPoint]:
    """Return the points of the last two days, oldest first; slots may be missing."""
    return histories_of(store, [resource], now)[resource]


def histories_of(
    store: Store, resources: Sequence[Resource], now: datetime
) -> Mapping[Resource, Sequence[HistoryPoint]]:
    """Return the same for several resources with one statement."""
    points = (
        FreshnessPoint.select(
            FreshnessPoint.resource,
            FreshnessPoint.at,
            FreshnessPoint.freshness,
            FreshnessPoint.minutes_behind,
        )
        .where(
            FreshnessPoint.store == store,
            FreshnessPoint.resource.in_(resources),
            FreshnessPoint.at > now - RETENTION,
        )
        .order_by(FreshnessPoint.resource, FreshnessPoint.at)
    )
    read_time: Callable[[Any], Any] = FreshnessPoint.at.python_value
    found: dict[Resource, list[HistoryPoint]] = {resource: [] for resource in resources}
    for resource, at, freshness, behind in database.execute(points).fetchall():
        found[resource].append(HistoryPoint(read_time(at), freshness, behind))
    return found


def _states(after_id: int) -> Sequence[SyncState]:
    """Return the sync states of the next stores, with the last run of each in ``run``."""
    stores = (
        SyncState.select(SyncState.store)
        .join(Store)
        .where(SyncState.store > after_id, Store.state != StoreState.DISCONNECTED)
        .group_by(SyncState.store)
        .order_by(SyncState.store)
        .limit(STORES_PER_STATEMENT)
    )
    ids = [state.store_id for state in stores]
    run = SyncRun.alias()
    last = run.select(fn.MAX(run.id)).where(
        run.store == SyncState.store, run.resource == SyncState.resource
    )
    return list(
        SyncState.select(SyncState, Store, SyncRun)
        .join(Store)
        .switch(SyncState)
        .join(SyncRun, JOIN.LEFT_OUTER, on=(SyncRun.id == last), attr="run")
        .where(SyncState.store.in_(ids))
    )


def _lags(points: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return by how many minutes the mirror of each store is behind: that of its worst resource.

    Stores without a complete copy of anything are left out.
    """
    lags: dict[int, int] = {}
    for point in points:
        store_id, behind = point["store"], point["minutes_behind"]
        if behind is not None:
            lags[store_id] = max(lags.get(store_id, 0), behind)
    return lags


def _point(state: SyncState, slot: datetime, now: datetime) -> dict[str, object]:
    run = getattr(state, "run", None)
    freshness = freshness_of(state.store, state, run, now)
    behind = minutes_behind(
        now=now,
        high_water_at=state.high_water_at,
        remote_changed_at=state.remote_changed_at,
        remote_checked_at=state.remote_checked_at,
    )
    return {
        "store": state.store_id,
        "resource": state.resource,
        "at": slot,
        "freshness": freshness,
        "minutes_behind": behind,
    }
