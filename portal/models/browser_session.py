"""Browsers in which merchants are signed in."""

from __future__ import annotations

from datetime import timedelta

from peewee import AutoField, CharField, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant

# The cookie expires after the same time without a visit.
SESSION_LIFETIME = timedelta(days=14)


class BrowserSession(Table):
    """One sign-in; deleting the row signs that browser out.

    ``token_digest`` is the digest of the secret in the browser's cookie. ``ip_address`` and
    ``user_agent`` are the IP address and the user agent at sign-in. ``last_seen_at`` may be some
    minutes old.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    merchant_id: int
    token_digest = CharField(unique=True)
    ip_address = CharField(default="")
    user_agent = TextField(default="")
    started_at = UtcDateTimeField(default=utc_now)
    last_seen_at = UtcDateTimeField(default=utc_now)
