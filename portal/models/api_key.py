"""Keys that authenticate programs at the API."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class ApiKey(Table):
    """API key of a merchant; ``store`` None means all stores that the merchant may see.

    The key itself is not stored, only its ``prefix``, which identifies it, and the SHA-256 hash of
    its secret half. ``previous_hash`` is the hash before the last rotation, valid until
    ``previous_expires_at``. ``last_used_at`` is precise to the minute.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, backref="api_keys", on_delete="CASCADE")
    merchant_id: int
    store = ForeignKeyField(Store, null=True, backref="api_keys", on_delete="CASCADE")
    store_id: int | None
    name = CharField()
    prefix = CharField(unique=True)
    hash = CharField()
    previous_hash = CharField(null=True)
    previous_expires_at = UtcDateTimeField(null=True)
    scopes = JsonField(default=list)
    created_at = UtcDateTimeField(default=utc_now)
    rotated_at = UtcDateTimeField(null=True)
    last_used_at = UtcDateTimeField(null=True)
    revoked_at = UtcDateTimeField(null=True)
