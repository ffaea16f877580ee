"""Accounts of the people who sign in."""

from __future__ import annotations

from peewee import AutoField, BooleanField, CharField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.rules.records.email_addresses import normalize_email


class Merchant(Table):
    """Account of one person; the e-mail address was confirmed before the row was created."""

    id = AutoField()
    email = CharField(unique=True)
    password_hash = CharField()
    verified_at = UtcDateTimeField(null=True)
    locale = CharField(default="en")
    is_operator = BooleanField(default=False)
    created_at = UtcDateTimeField(default=utc_now)

    @classmethod
    def with_email(cls, email: str) -> Merchant | None:
        """Return the merchant with this address in any spelling, or None."""
        found: Merchant | None = cls.get_or_none(cls.email == normalize_email(email))
        return found
