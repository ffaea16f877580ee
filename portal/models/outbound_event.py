"""Hold what channels are to be told; each row is written with what it tells of."""

from __future__ import annotations

import secrets

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store


def new_event_uid() -> str:
    """Return a name for a message that no other has, in this database or another."""
    return f"msg_{secrets.token_hex(16)}"


class OutboundEvent(Table):
    """Keep one message in its facts; its text is made of them when it is sent.

    ``uid`` is what the header ``webhook-id`` says, the same for each attempt and each endpoint.
    ``detail`` holds states and times, never a person's data. A ping has neither store nor record.
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
