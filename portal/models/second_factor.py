"""Second factors of merchants: an authenticator app's secret, recovery codes, and passkeys."""

from __future__ import annotations

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    Expression,
    Field,
    ForeignKeyField,
    TextField,
    fn,
)

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.passkey import Passkey


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


def has_second_factor_of(merchant: Field) -> Expression:
    """Return the query condition that the merchant in a column has a second factor of any kind."""
    factor = SecondFactor.select(SQL("1")).where(
        SecondFactor.merchant == merchant, SecondFactor.confirmed_at.is_null(is_null=False)
    )
    passkey = Passkey.select(SQL("1")).where(Passkey.merchant == merchant)
    has_any: Expression = fn.EXISTS(factor) | fn.EXISTS(passkey)
    return has_any


# Query condition: the merchant of the row has a second factor, which sign-ins require.
HAS_SECOND_FACTOR: Expression = has_second_factor_of(Merchant.id)
