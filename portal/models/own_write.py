"""Hold how our own writes left records at Ecwid, so that their echo is known."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, CompositeKey, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class OwnWrite(Table):
    """Keep our last write to one record.

    ``digest`` is of the whole record as Ecwid showed it right after, its update time included; None
    while the write is under way, or where its outcome wasn't seen.
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
