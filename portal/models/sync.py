"""Hold how far each store's mirror is, and every run that brought it there."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store


class Resource(StrEnum):
    """Name what is mirrored; variations come inside their products."""

    CATEGORIES = "categories"
    PRODUCTS = "products"


class RunKind(StrEnum):
    """Name what a run reads: everything, or what changed since the high-water mark."""

    BACKFILL = "backfill"
    INCREMENTAL = "incremental"


class RunState(StrEnum):
    """Name where a run stands; only queued and running ones are unfinished."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class SyncState(Table):
    """Keep how far one resource of one store is mirrored."""

    id = AutoField()
    store = ForeignKeyField(Store, backref="sync_states", on_delete="CASCADE")
    store_id: int
    resource = CharField()
    # Every change that the store made before this moment is in the mirror.
    high_water_at = UtcDateTimeField(null=True)
    last_success_at = UtcDateTimeField(null=True)
    next_due_at = UtcDateTimeField(null=True, default=utc_now, index=True)
    paused_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource"), True),)


class SyncRun(Table):
    """Keep one run over one resource of one store, with its counts and its checkpoint.

    At most one unfinished run exists for a store and resource: a partial unique index says so.
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
    deleted = IntegerField(default=0)
    quarantined = IntegerField(default=0)
    requests = IntegerField(default=0)
    failures = IntegerField(default=0)  # in a row, since the last page that succeeded
    error = TextField(null=True)
    due_at = UtcDateTimeField(default=utc_now)
    created_at = UtcDateTimeField(default=utc_now)
    started_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "resource", "id"), False), (("state", "due_at"), False))

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing more will be read by this run."""
        return self.finished_at is not None


SyncRun.add_index(
    SyncRun.index(
        SyncRun.store,
        SyncRun.resource,
        name="sync_run_one_unfinished",
        unique=True,
        where=SQL("finished_at IS NULL"),
    )
)
