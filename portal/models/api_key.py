"""Keys that authenticate programs at the API."""

from __future__ import annotations

from enum import StrEnum

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.channel import Channel
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store
from portal.rules.api_keys.key_limits import KeyLimits


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
    operator's channels. An expired key is refused, and so is a suspended one until it is resumed.
    ``allowed_networks`` are CIDR networks that it may be used from, None for all addresses.
    ``maker`` is the actor who made it, as in the audit log; None for a key from before 0.3.0.

    The key itself is not stored, only its ``prefix``, which identifies it, and the SHA-256 hash of
    its secret half. ``previous_hash`` is the hash before the last rotation, valid until
    ``previous_expires_at``. ``last_used_at`` is precise to the minute, ``last_used_from`` is the
    network of that call, see `address_prefix`. ``expiry_reminded_at`` is when the maker got an
    email about the expiry.
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
    allowed_networks = JsonField(null=True)
    maker = CharField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    expires_at = UtcDateTimeField(null=True)
    expiry_reminded_at = UtcDateTimeField(null=True)
    rotated_at = UtcDateTimeField(null=True)
    last_used_at = UtcDateTimeField(null=True)
    last_used_from = CharField(default="")
    suspended_at = UtcDateTimeField(null=True)
    revoked_at = UtcDateTimeField(null=True)

    @property
    def limits(self) -> KeyLimits:
        """When and from where the key may be used."""
        return KeyLimits(self.expires_at, self.allowed_networks or ())

    @property
    def shown_prefix(self) -> str:
        """Return the beginning of the key's text, which identifies it and is no secret."""
        return f"{KEY_SCHEMES[KeyMode(self.mode)]}{self.prefix}"
