"""Freshness of each resource per quarter of an hour, for two days."""

from __future__ import annotations

from peewee import CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField
from portal.models.store import Store


class FreshnessPoint(Table):
    """Freshness level and age in minutes of a resource in the quarter of an hour from ``at``.

    ``minutes_behind`` is None if the resource was never synced completely.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE")
    store_id: int
    resource = CharField()
    at = UtcDateTimeField()
    freshness = CharField()
    minutes_behind = IntegerField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "resource", "at")
        # For the last store with a point in a quarter of an hour, and for expired points.
        indexes = ((("at", "store"), False),)
