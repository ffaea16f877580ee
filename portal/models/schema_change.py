"""Observed schemas of each store's records, and the changes detected in them."""

from __future__ import annotations

from peewee import AutoField, CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.store import Store


class ObservedSchema(Table):
    """Fields of the records of a store's resource, with their JSON types.

    `portal.rules.sync.schema_changes` defines the content of ``fields``. ``records`` is the number
    of records observed.
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
    """Schema change of one field, reported once: its new type, or that it disappeared.

    ``before`` and ``after`` are JSON types separated by commas; ``after`` is empty if the field
    disappeared.
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
