"""Hold how fresh each resource was at each quarter of an hour, for two days."""

from __future__ import annotations

from peewee import CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class FreshnessPoint(Table):
    """Keep the word and the whole minutes behind of one resource in the quarter from ``at`` on.

    ``minutes_behind`` is None where nothing was ever complete.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE")
    store_id: int
    resource = CharField()
    at = UtcDateTimeField(index=True)
    freshness = CharField()
    minutes_behind = IntegerField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "resource", "at")
