"""Outbox of events for channels, written in the transaction of the change they describe."""

from __future__ import annotations

import secrets

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store


def new_event_uid() -> str:
    """Return a globally unique id for an outbound event."""
    return f"msg_{secrets.token_hex(16)}"


class OutboundEvent(Table):
    """Outbound event as facts; the request body is built from them when it is sent.

    ``uid`` is the header ``webhook-id``, the same for each attempt and each endpoint. ``detail``
    has states and times, never personal data. A test event has neither store nor record.
    """

    id = AutoField()
    uid = CharField(unique=True, default=new_event_uid)
    type = CharField()
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE", index=False)
    store_id: int | None
    record_id = BigIntegerField(null=True)
    detail = JsonField(default=dict)
    happened_at = UtcDateTimeField(default=utc_now)

    class Meta:
        indexes = ((("store", "id"), False),)
