"""Hold the gaps in which stores could not be read, until what changed in them is caught up."""

from __future__ import annotations

from peewee import AutoField, ForeignKeyField

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class CatchUp(Table):
    """Keep one gap of a store: since when changes may be unseen, until it could be read again.

    ``finished_at`` is when all that changed in between was here, None before.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    outage_from_at = UtcDateTimeField()
    outage_until_at = UtcDateTimeField()
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store", "id"), False),)
