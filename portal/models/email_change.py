"""Changes of e-mail addresses that await confirmation."""

from __future__ import annotations

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant


class EmailChange(Table):
    """Request of a merchant to change the address; both addresses must confirm it.

    The digests belong to the tokens in the two emails. The row is deleted when the change is done,
    refused or replaced by a newer request.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, unique=True, on_delete="CASCADE")
    merchant_id: int
    new_email = CharField()
    old_token_digest = CharField(unique=True)
    new_token_digest = CharField(unique=True)
    old_confirmed_at = UtcDateTimeField(null=True)
    new_confirmed_at = UtcDateTimeField(null=True)
    requested_at = UtcDateTimeField(default=utc_now)
    expires_at = UtcDateTimeField()
