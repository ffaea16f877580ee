"""Digests of the portal's own writes to Ecwid, to recognize the webhooks they cause."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, CompositeKey, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class OwnWrite(Table):
    """The portal's last write to one record.

    ``digest`` is the digest of the whole record, update time included, as Ecwid returned it right
    after the write. It is None while the write is in progress, or if its result is unknown.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    resource = CharField()
    remote_id = BigIntegerField()
    digest = CharField(null=True)
    written_at = UtcDateTimeField(default=utc_now)

    class Meta:
        primary_key = CompositeKey("store", "resource", "remote_id")
        indexes = ((("written_at",), False),)
