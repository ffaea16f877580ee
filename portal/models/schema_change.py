"""Hold what the fields of each store's records look like, and where that has changed."""

from __future__ import annotations

from peewee import AutoField, CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store


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
