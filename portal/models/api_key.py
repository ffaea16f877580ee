"""Keys that authenticate programs at the API."""

from __future__ import annotations

from enum import StrEnum

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.channel import Channel
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class KeyMode(StrEnum):
    """Stores that a key or an endpoint of the marketplace's channels is for."""

    LIVE = "live"
    TEST = "test"  # only test stores, which live ones don't reach


KEY_SCHEMES = {KeyMode.LIVE: "mp_", KeyMode.TEST: "mp_test_"}


class ApiKey(Table):
    """API key of a channel; it reaches only stores that consent to the channel.

    ``store`` None means all of them. For a merchant's own channel, these are the stores with a
    consent from before ``stores_chosen_at``, so a store that the merchant joins later isn't opened
    by accident; it is None for other channels. ``merchant`` is the channel's merchant, None for the
    operator's channels. An expired key is refused.

    The key itself is not stored, only its ``prefix``, which identifies it, and the SHA-256 hash of
    its secret half. ``previous_hash`` is the hash before the last rotation, valid until
    ``previous_expires_at``. ``last_used_at`` is precise to the minute.
    """

    id = AutoField()
    channel = ForeignKeyField(Channel, backref="api_keys", on_delete="CASCADE")
    channel_id: int
    merchant = ForeignKeyField(Merchant, null=True, backref="api_keys", on_delete="CASCADE")
    merchant_id: int | None
    store = ForeignKeyField(Store, null=True, backref="api_keys", on_delete="CASCADE")
    store_id: int | None
    stores_chosen_at = UtcDateTimeField(null=True)
    name = CharField()
    mode = CharField(default=KeyMode.LIVE)
    prefix = CharField(unique=True)
    hash = CharField()
    previous_hash = CharField(null=True)
    previous_expires_at = UtcDateTimeField(null=True)
    scopes = JsonField(default=list)
    created_at = UtcDateTimeField(default=utc_now)
    expires_at = UtcDateTimeField(null=True)
    rotated_at = UtcDateTimeField(null=True)
    last_used_at = UtcDateTimeField(null=True)
    revoked_at = UtcDateTimeField(null=True)

    @property
    def shown_prefix(self) -> str:
        """Return the beginning of the key's text, which identifies it and is no secret."""
        return f"{KEY_SCHEMES[KeyMode(self.mode)]}{self.prefix}"
