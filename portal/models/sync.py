"""Sync progress of each store's resources, and all sync runs."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    Expression,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store
from portal.rules.sync.resources import Resource

# Resources of each store are read, and shown, in this order.
SYNC_ORDER: tuple[Resource, ...] = tuple(Resource)


class RunKind(StrEnum):
    """Scope of a run: everything, changes since the high-water mark, or a comparison.

    A reconciliation (`RECONCILIATION`) compares count, ids and update times with the store and
    repairs mismatches.
    """

    BACKFILL = "backfill"
    INCREMENTAL = "incremental"
    RECONCILIATION = "reconciliation"


class RunState(StrEnum):
    """State of a run; queued, running and paused runs are unfinished."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"  # continues at its checkpoint when it is resumed
    CANCELED = "canceled"
    FAILED = "failed"
    PARTIAL = "partial"  # done, except for quarantined records
    DONE = "done"


class SyncState(Table):
    """Sync progress of one resource of one store.

    ``remote_changed_at`` is when the resource last changed at the store, as ``/latest-stats``
    reported at ``remote_checked_at``. Both are None before the first check; the former also if
    Ecwid doesn't report it. While ``paused_at`` is set, no run starts or continues.
    ``next_reconciliation_at`` is in the store's coming night, None until the backfill is complete.

    ``next_due_at`` is the next check of the resource, None while a run is unfinished.
    ``unchanged_checks`` counts the checks that found nothing since ``quiet_since_at``: the last
    change, or the last request of a person. ``check_interval_s`` is the time from the last check to
    the next one, None until the first complete run and after a failed or canceled one.

    ``last_success_at`` is the last check that succeeded, ``last_read_at`` the last one that read
    records: a check by ``/latest-stats`` alone trusts the store's statistics.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="sync_states", on_delete="CASCADE")
    store_id: int
    resource = CharField()
    # The mirror has every change that the store made before this time.
    high_water_at = UtcDateTimeField(null=True)
    last_success_at = UtcDateTimeField(null=True)
    last_read_at = UtcDateTimeField(null=True)
    next_due_at = UtcDateTimeField(null=True, default=utc_now, index=True)
    next_reconciliation_at = UtcDateTimeField(null=True, index=True)
    paused_at = UtcDateTimeField(null=True)
    remote_changed_at = UtcDateTimeField(null=True)
    remote_checked_at = UtcDateTimeField(null=True)
    unchanged_checks = IntegerField(default=0)
    quiet_since_at = UtcDateTimeField(null=True)
    check_interval_s = IntegerField(null=True)

    class Meta:
        indexes = ((("store", "resource"), True),)


class SyncRun(Table):
    """One run over a resource of a store, with its counts and its checkpoint.

    A store and resource has at most one unfinished run, enforced by a partial unique index.
    ``paused_s`` is the total of finished pauses in seconds. ``paused_at`` is the start of the
    current pause; it stays None if the run is paused before it has started.

    A scheduled run (``is_scheduled``) that finds nothing is counted in the sync state, and its row
    is deleted. SQLite may then use its id again, so an update of a run also compares
    ``created_at``.

    Users may change ``state`` while a worker processes the run. The worker therefore reads it again
    in the transaction of each page, and changes it only if it is still its own.

    A reconciliation fills five columns, which are None for other runs. ``store_count`` and
    ``mirror_count`` are the numbers of records when the comparison started. ``mismatches`` is the
    number of mismatches at that time: missing, surplus and outdated records. Later changes of the
    store are not mismatches. ``repaired`` is the number of repaired mismatches, and ``checked_at``
    is when the comparison was complete. A record is outdated if its update time differs; categories
    and coupons, which are read completely, if any field differs.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="sync_runs", on_delete="CASCADE")
    store_id: int
    resource = CharField()
    kind = CharField()
    is_scheduled = BooleanField(default=False)
    state = CharField(default=RunState.QUEUED)
    checkpoint = JsonField(null=True)  # start of the next page; None before the first
    total = IntegerField(null=True)  # records to read, according to the first page
    seen = IntegerField(default=0)
    saved = IntegerField(default=0)
    unchanged = IntegerField(default=0)  # read, but already in the mirror
    deleted = IntegerField(default=0)
    quarantined = IntegerField(default=0)
    requests = IntegerField(default=0)
    bytes = BigIntegerField(default=0)  # received response bodies, as they came over the wire
    failures = IntegerField(default=0)  # in a row, since the last successful page
    error = TextField(null=True)
    due_at = UtcDateTimeField(default=utc_now)
    created_at = UtcDateTimeField(default=utc_now)
    started_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)
    paused_at = UtcDateTimeField(null=True)
    paused_s = IntegerField(default=0)
    store_count = IntegerField(null=True)
    mirror_count = IntegerField(null=True)
    mismatches = IntegerField(null=True)
    repaired = IntegerField(null=True)
    checked_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("store", "resource", "id"), False),
            (("store", "id"), False),
            (("state", "due_at"), False),
        )

    @property
    def is_same_row(self) -> Expression:
        """Return the condition that matches this run's row, and no later run with its id."""
        same: Expression = (SyncRun.id == self.id) & (SyncRun.created_at == self.created_at)
        return same

    @property
    def is_finished(self) -> bool:
        """Whether this run reads nothing more."""
        return self.finished_at is not None

    @property
    def duration(self) -> timedelta | None:
        """Time from the first page to the end or now, without pauses; None before the first page.

        Waits for the store count, but pauses don't, because a person requested them.
        """
        if self.started_at is None:
            return None
        elapsed: timedelta = (self.finished_at or utc_now()) - self.started_at
        return max(elapsed - self.paused_time, timedelta())

    @property
    def paused_time(self) -> timedelta:
        """Total of the pauses since the first page, until the end or now."""
        over = timedelta(seconds=self.paused_s)
        if self.paused_at is None:
            return over
        lasts: timedelta = (self.finished_at or utc_now()) - self.paused_at
        return over + lasts

    @property
    def records_per_s(self) -> float | None:
        """Records read per second of the duration; None if there is no duration yet."""
        duration = self.duration
        return None if not duration else self.seen / duration.total_seconds()


SyncRun.add_index(
    SyncRun.index(
        SyncRun.store,
        SyncRun.resource,
        name="sync_run_one_unfinished",
        unique=True,
        where=SQL("finished_at IS NULL"),
    )
)
# For the newest complete reconciliation of a resource, however many runs followed it.
SyncRun.add_index(
    SyncRun.index(
        SyncRun.store,
        SyncRun.resource,
        SyncRun.id,
        name="sync_run_verified",
        where=SQL("checked_at IS NOT NULL"),
    )
)

# A literal, because a database may not use the partial index below for bound values.
IS_FAILING_RUN = SQL("(state = 'failed' OR (finished_at IS NULL AND failures > 0))")
SyncRun.add_index(SyncRun.index(SyncRun.id, name="sync_run_failing_ids", where=IS_FAILING_RUN))
