"""Exports of a store's records as files, which the daemon writes."""

from __future__ import annotations

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
from portal.models.channel_consent import ChannelConsent
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class ExportState(StrEnum):
    """Progress of an export."""

    WAITING = "waiting"  # also while it is written
    DONE = "done"
    FAILED = "failed"  # ``problem`` says why


class ExportProblem(StrEnum):
    """Reason why an export failed."""

    DISK_FULL = "disk_full"
    NOT_WRITTEN = "not_written"  # the directory of exports can't be written
    ERROR = "error"


class RecordExport(Table):
    """Export of all live records of one resource as a file.

    ``requested_by`` is None for a channel of the operators. ``consent`` is that of the channel
    whose API key asked for it, None on the portal's pages. ``status_names`` are the labels of order
    statuses in the language of the person. ``options`` are those of `ExportOptions`, None for the
    default. The file has ``rows`` of at most ``total`` records in its first ``size_bytes``: up to
    the id ``last_id``, and in an export of a list up to its ``cursor``. ``version`` grows when the
    export begins again, so a worker that continued the former one notices it. After ``expires_at``
    the row and its file are deleted.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    requested_by = ForeignKeyField(Merchant, null=True, on_delete="CASCADE", backref="+")
    requested_by_id: int | None
    consent = ForeignKeyField(ChannelConsent, null=True, on_delete="CASCADE", backref="+")
    consent_id: int | None
    name = CharField()
    format = CharField()
    formula_guard = CharField()
    status_names = JsonField(default=dict)
    options = JsonField(null=True)
    state = CharField(default=ExportState.WAITING)
    problem = CharField(null=True)
    total = IntegerField(default=0)
    rows = IntegerField(default=0)
    size_bytes = BigIntegerField(default=0)
    last_id = BigIntegerField(null=True)
    cursor = TextField(null=True)
    version = IntegerField(default=0)
    attempts = IntegerField(default=0)
    due_at = UtcDateTimeField(default=utc_now)
    requested_at = UtcDateTimeField(default=utc_now)
    finished_at = UtcDateTimeField(null=True)
    expires_at = UtcDateTimeField(index=True)

    class Meta:
        indexes = ((("store", "id"), False),)


RecordExport.add_index(
    RecordExport.index(
        RecordExport.due_at, name="record_export_waiting", where=SQL("state = 'waiting'")
    )
)
