"""Overview of a store's resource, shown the same by every page, chart and command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from portal.models import (
    SYNC_ORDER,
    MirrorCount,
    Quarantine,
    Resource,
    RunKind,
    Store,
    SyncRun,
    SyncState,
)
from portal.rules.sync.freshness import Freshness, minutes_behind, sync_interval
from portal.services.mirror.resource_freshness import freshness_of, limit_of
from portal.services.mirror.resources import RESOURCES


@dataclass(frozen=True)
class ResourceOverview:
    """Status of one resource; ``run`` is the unfinished run, if there is one.

    ``count`` is the number of live records in the mirror, ``unreadable`` the number of records in
    quarantine. Data older than ``late_after`` is shown as late. ``last_reconciliation`` is the
    last complete reconciliation run; ``last_run`` is the last run of any kind, finished or not. The
    next reconciliation begins with the first run that succeeds after ``next_reconciliation_at``.
    ``unchanged_checks`` counts the checks that found nothing since ``quiet_since_at``; a check is a
    poll or a run. ``last_success_at`` is the last check of any kind, ``last_read_at`` the last one
    that read records instead of the store's statistics. ``remote_changed_at`` is the last change
    that these statistics reported.
    """

    resource: Resource
    count: int
    unreadable: int
    freshness: Freshness
    late_after: timedelta
    minutes_behind: int | None
    last_success_at: datetime | None
    last_read_at: datetime | None
    remote_changed_at: datetime | None
    next_due_at: datetime | None
    check_interval: timedelta
    unchanged_checks: int
    quiet_since_at: datetime | None
    next_reconciliation_at: datetime | None
    paused_at: datetime | None
    last_run: SyncRun | None
    last_reconciliation: SyncRun | None

    @property
    def run(self) -> SyncRun | None:
        """Return the run that is queued, running or paused."""
        return None if self.last_run is None or self.last_run.is_finished else self.last_run

    @property
    def check_minutes(self) -> int:
        """Return how many whole minutes lie between two checks."""
        return self.check_interval // timedelta(minutes=1)

    @property
    def is_paused(self) -> bool:
        """Return whether a person has paused the resource."""
        return self.paused_at is not None

    @property
    def is_syncing(self) -> bool:
        """Return whether a run is in progress or queued."""
        return self.run is not None and not self.is_paused

    @property
    def is_backfill(self) -> bool:
        """Return whether the unfinished run reads everything."""
        return self.run is not None and self.run.kind == RunKind.BACKFILL

    @property
    def is_reconciliation(self) -> bool:
        """Return whether the unfinished run compares every record."""
        return self.run is not None and self.run.kind == RunKind.RECONCILIATION

    @property
    def seen(self) -> int:
        """Return how many records the unfinished run has read, at most its total."""
        if self.run is None:
            return 0
        return self.run.seen if self.run.total is None else min(self.run.seen, self.run.total)


def resource_overviews(
    store: Store, now: datetime, counts: Mapping[str, int] | None = None
) -> Sequence[ResourceOverview]:
    """Return the overview of each resource of the store at ``now``; takes four statements.

    ``counts`` are the store's `MirrorCount.of_store`, if the caller has read them.
    """
    found = _Found(store, SYNC_ORDER, counts)
    return [_overview(store, resource, now, found) for resource in SYNC_ORDER]


def resource_overview(store: Store, resource: Resource, now: datetime) -> ResourceOverview:
    """Return the overview of one resource of the store at ``now``."""
    return _overview(store, resource, now, _Found(store, [resource]))


def _overview(store: Store, resource: Resource, now: datetime, found: _Found) -> ResourceOverview:
    # A resource that was never read has the defaults of a new row.
    state = found.states.get(resource) or SyncState(
        store=store, resource=resource, next_due_at=None
    )
    last_run = found.last_run(resource)
    interval_s = state.check_interval_s
    return ResourceOverview(
        resource=resource,
        count=RESOURCES[resource].table.live_in(found.counts),
        unreadable=found.unreadable.get(resource, 0),
        freshness=freshness_of(store, state, last_run, now),
        late_after=limit_of(store, state),
        minutes_behind=minutes_behind(
            now=now,
            high_water_at=state.high_water_at,
            remote_changed_at=state.remote_changed_at,
            remote_checked_at=state.remote_checked_at,
        ),
        last_success_at=state.last_success_at,
        last_read_at=state.last_read_at,
        remote_changed_at=state.remote_changed_at,
        next_due_at=state.next_due_at,
        check_interval=(
            sync_interval(resource, receives_events=store.receives_events)
            if interval_s is None
            else timedelta(seconds=interval_s)
        ),
        unchanged_checks=state.unchanged_checks,
        quiet_since_at=state.quiet_since_at,
        next_reconciliation_at=state.next_reconciliation_at,
        paused_at=state.paused_at,
        last_run=last_run,
        last_reconciliation=found.last_reconciliation(resource),
    )


class _Found:
    """Rows of several resources of a store, read with one statement for each table."""

    def __init__(
        self,
        store: Store,
        resources: Sequence[Resource],
        counts: Mapping[str, int] | None = None,
    ) -> None:
        states = SyncState.select().where(
            SyncState.store == store, SyncState.resource.in_(resources)
        )
        self.states = {state.resource: state for state in states}
        self.counts = MirrorCount.of_store(store.id) if counts is None else counts
        self.unreadable = Quarantine.open_counts(store)
        self._runs = _latest_runs(store, resources)

    def last_run(self, resource: Resource) -> SyncRun | None:
        return next((run for run in self._runs if run.resource == resource), None)

    def last_reconciliation(self, resource: Resource) -> SyncRun | None:
        complete = (run for run in self._runs if run.checked_at is not None)
        return next((run for run in complete if run.resource == resource), None)


def _latest_runs(store: Store, resources: Sequence[Resource]) -> Sequence[SyncRun]:
    """Return the last run and the last complete reconciliation of each resource, newest first.

    Each id is one lookup in an index, however many runs the store has.
    """
    run = SyncRun.alias()
    latest = []
    for resource in resources:
        newest = run.select(fn.MAX(run.id)).where(run.store == store, run.resource == resource)
        latest += [newest, newest.where(run.checked_at.is_null(is_null=False))]
    return list(SyncRun.select().where(SyncRun.id.in_(latest)).order_by(SyncRun.id.desc()))
