"""Hold what each event changed in the mirror."""

from __future__ import annotations

from enum import StrEnum

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store
from portal.models.webhook_event import WebhookEvent


class ChangeKind(StrEnum):
    """Name what happened to a record."""

    CREATED = "created"  # or it came back after its deletion
    UPDATED = "updated"
    DELETED = "deleted"


class RecordChange(Table):
    """Keep what one read changed in one record, by the newest of the events that it served.

    ``changes`` is a list of ``{"field", "before", "after"}``; a value is JSON text, and None where
    the field was absent or may hold a person's data. Goes with its event.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    resource = CharField()
    remote_id = BigIntegerField()
    event = ForeignKeyField(WebhookEvent, on_delete="CASCADE")
    event_id: int
    at = UtcDateTimeField(default=utc_now)
    kind = CharField()
    changes = JsonField()

    class Meta:
        indexes = ((("store", "resource", "remote_id", "id"), False),)
