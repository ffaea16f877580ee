"""Bulk actions: one action on many stores, requested by an operator."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant


class BulkActionKind(StrEnum):
    """Action on each store."""

    CHECK = "check"
    SYNC = "sync"
    PAUSE = "pause"
    RESUME = "resume"
    REPLAY = "replay"  # of failed events
    NOTIFY = "notify"  # an e-mail to its merchants
    MARK_TEST = "mark_test"  # as a test store
    MARK_LIVE = "mark_live"
    DISCONNECT = "disconnect"


class BulkActionState(StrEnum):
    """Progress of a bulk action."""

    RUNNING = "running"
    DONE = "done"
    CANCELED = "canceled"


class BulkAction(Table):
    """Request to act on the stores of its items.

    ``store_filter`` has the arguments of the `StoreFilter` that chose them, None if a person chose
    each. ``requested_by`` is None after the account was deleted; the action then stops.
    ``canceled_by`` is None if the portal stopped it. The counts are those of its items by state.
    ``subject`` and ``message`` are the plain text of an e-mail, None for all other kinds.
    """

    id = AutoField()
    kind = CharField()
    store_filter = JsonField(null=True)
    state = CharField(default=BulkActionState.RUNNING)
    total = IntegerField(default=0)
    done = IntegerField(default=0)
    skipped = IntegerField(default=0)
    failed = IntegerField(default=0)
    requested_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    requested_by_id: int | None
    requested_at = UtcDateTimeField(default=utc_now)
    canceled_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    finished_at = UtcDateTimeField(null=True)
    subject = CharField(null=True)
    message = TextField(null=True)

    @property
    def handled(self) -> int:
        """Return the number of stores that were dealt with."""
        return self.done + self.skipped + self.failed


BulkAction.add_index(
    BulkAction.index(
        BulkAction.requested_at, name="bulk_action_running", where=SQL("state = 'running'")
    )
)
