"""Hold which records an audit under way has met, so that in the end it knows which it hasn't."""

from __future__ import annotations

from peewee import BigIntegerField, CompositeKey, ForeignKeyField

from portal.models.base import Table
from portal.models.sync import SyncRun


class AuditSighting(Table):
    """Keep that a run met a record at the store, by its remote id; erased when the run ends.

    Apart from the mirror, whose rows stay untouched as long as they are like the store's: to note
    it there would write each row anew, in all its indexes, and every audit would count as a read
    of the whole record, before which an event's own read, a moment older, must give way.
    """

    run = ForeignKeyField(SyncRun, on_delete="CASCADE", index=False)
    run_id: int
    remote_id = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("run", "remote_id")
