"""Second factors of merchants: an authenticator app's secret, and recovery codes."""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant


class SecondFactor(Table):
    """Sealed secret of a merchant's authenticator app; it is active once confirmed.

    ``last_step`` is the 30-second time step of the last accepted code, so that no code works twice.
    """

    merchant = ForeignKeyField(Merchant, primary_key=True, on_delete="CASCADE")
    merchant_id: int
    sealed_secret = TextField()
    last_step = BigIntegerField(default=0)
    started_at = UtcDateTimeField(default=utc_now)
    confirmed_at = UtcDateTimeField(null=True)


class RecoveryCode(Table):
    """Digest of a code that replaces the app; its use deletes the row."""

    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE", index=False)
    merchant_id: int
    code_digest = CharField()

    class Meta:
        indexes = ((("merchant", "code_digest"), True),)
