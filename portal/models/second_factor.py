"""Hold the second factors of merchants: an app's secret, and codes for when it is lost."""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant


class SecondFactor(Table):
    """Keep the sealed secret that a merchant's app makes codes of; it counts once confirmed.

    ``last_step`` is the half minute of the last code taken: no code is good twice.
    """

    merchant = ForeignKeyField(Merchant, primary_key=True, on_delete="CASCADE")
    merchant_id: int
    sealed_secret = TextField()
    last_step = BigIntegerField(default=0)
    started_at = UtcDateTimeField(default=utc_now)
    confirmed_at = UtcDateTimeField(null=True)


class RecoveryCode(Table):
    """Keep the digest of a code that stands in for the app; its use deletes the row."""

    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE", index=False)
    merchant_id: int
    code_digest = CharField()

    class Meta:
        indexes = ((("merchant", "code_digest"), True),)
