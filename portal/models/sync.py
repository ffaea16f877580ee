"""Hold how far each store's mirror is, and every run that brought it there."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
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
    """Name what a run reads: everything, what changed since the high-water mark, or the proof.

    An audit compares count, ids and update times with the store and repairs what differs.
    """

    BACKFILL = "backfill"
    INCREMENTAL = "incremental"
    RECONCILIATION = "reconciliation"


class RunState(StrEnum):
    """Name where a run stands; queued, running and paused ones are unfinished."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"  # goes on at its checkpoint when it is resumed
    CANCELED = "canceled"
    FAILED = "failed"
    PARTIAL = "partial"  # done, except for records that went to quarantine
    DONE = "done"


class SyncState(Table):
    """Keep how far one resource of one store is mirrored.

    ``remote_changed_at`` is when the resource last changed at the store, as ``/latest-stats`` said
    at ``remote_checked_at``; both are None until it was asked, the first also where Ecwid doesn't
    tell it. While ``paused_at`` is set, no run starts or goes on. ``next_reconciliation_at`` lies in the
    store's coming night; it is None until the first copy is complete.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="sync_states", on_delete="CASCADE")
    store_id: int
    resource = CharField()
    # Every change that the store made before this moment is in the mirror.
    high_water_at = UtcDateTimeField(null=True)
    last_success_at = UtcDateTimeField(null=True)
    next_due_at = UtcDateTimeField(null=True, default=utc_now, index=True)
    next_reconciliation_at = UtcDateTimeField(null=True, index=True)
    paused_at = UtcDateTimeField(null=True)
    remote_changed_at = UtcDateTimeField(null=True)
    remote_checked_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource"), True),)


class SyncRun(Table):
    """Keep one run over one resource of one store, with its counts and its checkpoint.

    At most one unfinished run exists for a store and resource: a partial unique index says so.
    ``paused_s`` are the seconds of the pauses that are over, ``paused_at`` is when the last one
    began, if it isn't: a run that has not begun is not paused, only not begun.

    ``state`` may be changed by people while a worker is at the run: a worker reads it again in
    the transaction of each page, and writes it only where it is still its own.

    An audit leaves its proof in five columns, None on runs that prove nothing: ``store_count``
    and ``mirror_count`` are the records there and here when the comparison began,
    ``mismatches`` how many were missing, surplus or unlike then (what the store changed later
    is on its way, and none), ``repaired`` how many of these were put right, and ``checked_at``
    is when the comparison was complete. Unlike is what has another update time than at the store;
    in categories and coupons, which are read whole, what differs in any field.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="sync_runs", on_delete="CASCADE")
    store_id: int
    resource = CharField()
    kind = CharField()
    state = CharField(default=RunState.QUEUED)
    checkpoint = JsonField(null=True)  # where the next page begins; None before the first
    total = IntegerField(null=True)  # records to read, as the store said at the first page
    seen = IntegerField(default=0)
    saved = IntegerField(default=0)
    unchanged = IntegerField(default=0)  # read, and in the mirror already
    deleted = IntegerField(default=0)
    quarantined = IntegerField(default=0)
    requests = IntegerField(default=0)
    bytes = BigIntegerField(default=0)  # of the answers' bodies, as they came over the wire
    failures = IntegerField(default=0)  # in a row, since the last page that succeeded
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
    def is_finished(self) -> bool:
        """Tell whether nothing more will be read by this run."""
        return self.finished_at is not None

    @property
    def duration(self) -> timedelta | None:
        """Return the time from the first step to the end, or to now; None before the first.

        Waits for the store count, pauses don't: those were a person's wish.
        """
        if self.started_at is None:
            return None
        elapsed: timedelta = (self.finished_at or utc_now()) - self.started_at
        return max(elapsed - self.paused_time, timedelta())

    @property
    def paused_time(self) -> timedelta:
        """Return for how long the run was paused since its first step, up to its end or now."""
        over = timedelta(seconds=self.paused_s)
        if self.paused_at is None:
            return over
        lasts: timedelta = (self.finished_at or utc_now()) - self.paused_at
        return over + lasts

    @property
    def records_per_s(self) -> float | None:
        """Return the records read in each second of the duration; None if there is none yet."""
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
# The newest proof of a resource is one look, however many runs came after it.
SyncRun.add_index(
    SyncRun.index(
        SyncRun.store,
        SyncRun.resource,
        SyncRun.id,
        name="sync_run_verified",
        where=SQL("checked_at IS NOT NULL"),
    )
)
