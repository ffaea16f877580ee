"""Changes that webhook events made to the mirror."""

from __future__ import annotations

from enum import StrEnum

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store
from portal.models.webhook_event import WebhookEvent


class ChangeKind(StrEnum):
    """Kind of a change to a record."""

    CREATED = "created"  # also: live again after its deletion
    UPDATED = "updated"
    DELETED = "deleted"


class RecordChange(Table):
    """Change that one read made to one record, linked to the newest event that the read served.

    ``changes`` is a list of ``{"field", "before", "after"}``. A value is JSON text, or None if the
    field was absent or may contain personal data. The row is deleted with its event.
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
