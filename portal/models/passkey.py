"""Passkeys of merchants: public keys that sign a sign-in (Web Authentication, Level 3)."""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant


class Passkey(Table):
    """One passkey; its private key never leaves the merchant's device or password manager.

    ``credential_id``, ``public_key`` (COSE) and ``user_handle`` are Base64URL. ``user_handle`` is
    the random name of the account that the device stores, the same for all passkeys of a merchant.
    ``sign_count`` is 0 if the device doesn't count, as for all synchronized passkeys.
    ``last_challenge_us`` is when the challenge that was last answered was issued, in microseconds
    since 1970, so that none works twice.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    merchant_id: int
    name = CharField()
    credential_id = TextField(unique=True)
    public_key = TextField()
    user_handle = CharField()
    sign_count = BigIntegerField(default=0)
    last_challenge_us = BigIntegerField(default=0)
    created_at = UtcDateTimeField(default=utc_now)
    last_used_at = UtcDateTimeField(null=True)
