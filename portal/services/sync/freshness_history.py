"""History of each resource's freshness: one point per 15 minutes, for two days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from peewee import JOIN, chunked, fn

from portal.models import (
    FreshnessPoint,
    Resource,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.sync.freshness import (
    evaluate_freshness,
    late_after,
    minutes_behind,
    sync_interval,
)
from portal.services.mirror.resource_overview import failures_in_a_row
from portal.services.runtime import Runtime

SLOT = timedelta(minutes=15)
RETENTION = timedelta(hours=48)
ROWS_PER_STATEMENT = 500


def slot_of(moment: datetime) -> datetime:
    """Return the start of the 15-minute slot that contains ``moment``."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def record_freshness(_runtime: Runtime) -> int:
    """Write the points of this slot if missing, and delete expired ones; return how many written.

    Disconnected stores are left out, because their data isn't expected to be fresh.
    """
    now = utc_now()
    slot = slot_of(now)
    if FreshnessPoint.select().where(FreshnessPoint.at == slot).exists():
        return 0
    points = [_point(state, slot, now) for state in _states()]
    with database.atomic():
        for batch in chunked(points, ROWS_PER_STATEMENT):
            FreshnessPoint.insert_many(batch).on_conflict_ignore().execute()
        FreshnessPoint.delete().where(FreshnessPoint.at <= slot - RETENTION).execute()
    return len(points)


def history_of(store: Store, resource: Resource, now: datetime) -> Sequence[FreshnessPoint]:
    """Return the points of the last two days, oldest first; slots may be missing."""
    return histories_of(store, [resource], now)[resource]


def histories_of(
    store: Store, resources: Sequence[Resource], now: datetime
) -> Mapping[Resource, Sequence[FreshnessPoint]]:
    """Return the same for several resources with one statement."""
    points = (
        FreshnessPoint.select()
        .where(
            FreshnessPoint.store == store,
            FreshnessPoint.resource.in_(resources),
            FreshnessPoint.at > now - RETENTION,
        )
        .order_by(FreshnessPoint.resource, FreshnessPoint.at)
    )
    found: dict[Resource, list[FreshnessPoint]] = {resource: [] for resource in resources}
    for point in points:
        found[Resource(point.resource)].append(point)
    return found


def _states() -> Sequence[SyncState]:
    """Return the sync state of every resource with its store; its last run is in ``run``."""
    run = SyncRun.alias()
    last = run.select(fn.MAX(run.id)).where(
        run.store == SyncState.store, run.resource == SyncState.resource
    )
    return list(
        SyncState.select(SyncState, Store, SyncRun)
        .join(Store)
        .switch(SyncState)
        .join(SyncRun, JOIN.LEFT_OUTER, on=(SyncRun.id == last), attr="run")
        .where(Store.state != StoreState.DISCONNECTED)
    )


def _point(state: SyncState, slot: datetime, now: datetime) -> dict[str, object]:
    run = getattr(state, "run", None)
    freshness = evaluate_freshness(
        now=now,
        last_success_at=state.last_success_at,
        failures=failures_in_a_row(run),
        is_working=state.store.is_working,
        is_paused=state.paused_at is not None,
        is_syncing=run is not None and not run.is_finished,
        late_after=late_after(
            sync_interval(state.resource, receives_events=state.store.receives_events)
        ),
    )
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
