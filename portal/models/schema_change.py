"""Hold what the fields of each store's records look like, and where that has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import AutoField, CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField, load_json
from portal.models.store import Store

# Written out, for every page asks it and putting it together took longer than running it.
LOAD_SQL = """SELECT p.fields, p.records, s.high_water_at IS NOT NULL FROM store
LEFT JOIN observed_schema AS p ON p.store_id = store.id AND p.resource = ?
LEFT JOIN sync_state AS s ON s.store_id = store.id AND s.resource = ?
WHERE store.id = ?"""


@dataclass(frozen=True)
class KnownSchema:
    """Hold what is known of the fields of one resource, and whether it still is to be learned.

    It is until the resource was complete once.
    """

    fields: dict[str, Any]
    records: int
    is_learning: bool


class ObservedSchema(Table):
    """Keep which fields the records of one resource of one store have, and of what JSON types.

    ``fields`` is what `portal.rules.sync.schema_changes` makes of them; ``records`` how many were
    learned from.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE")
    store_id: int
    resource = CharField()
    fields = JsonField(default=dict)
    records = IntegerField(default=0)
    updated_at = UtcDateTimeField(default=utc_now)

    class Meta:
        primary_key = CompositeKey("store", "resource")

    @classmethod
    def load(cls, store_id: int, resource: str) -> KnownSchema:
        """Return what is known of one resource of a store; no fields if nothing is."""
        database = cls._meta.database
        row = database.execute_sql(
            LOAD_SQL.replace("?", database.param), (resource, resource, store_id)
        ).fetchone()
        fields, records, was_complete = row or (None, None, False)
        if isinstance(fields, str):
            fields = load_json(fields)
        return KnownSchema(fields or {}, records or 0, is_learning=not was_complete)


class SchemaChange(Table):
    """Keep one change of one field, noticed once: the type it now has, or that it is gone.

    ``before`` and ``after`` name JSON types, several parted by commas; ``after`` is empty when the
    field has disappeared.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    store_id: int
    resource = CharField()
    field = CharField()
    change = CharField()
    before = CharField()
    after = CharField()
    detected_at = UtcDateTimeField(default=utc_now)

    class Meta:
        indexes = ((("store", "resource", "field", "change", "after"), True),)
