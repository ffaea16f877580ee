"""Browsers in which merchants are signed in."""

from __future__ import annotations

from datetime import timedelta

from peewee import AutoField, CharField, Expression, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant

# A session ends after this time without a visit, and so does its cookie,
SESSION_IDLE_LIFETIME = timedelta(days=14)
# and this long after the sign-in, however often the browser came back.
SESSION_LIFETIME = timedelta(days=30)


class BrowserSession(Table):
    """One sign-in; deleting the row signs that browser out.

    ``token_digest`` is the digest of the secret in the browser's cookie. ``ip_address`` and
    ``user_agent`` are the IP address and the user agent at sign-in. ``last_seen_at`` may be some
    minutes old. ``confirmed_at`` is when the merchant last gave the password in this browser, and
    the code if a second factor is on. ``sealed_one_time_secret`` is a new secret, such as an API
    key, until a page has shown it, or until ``one_time_secret_until``.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    merchant_id: int
    token_digest = CharField(unique=True)
    ip_address = CharField(default="")
    user_agent = TextField(default="")
    started_at = UtcDateTimeField(default=utc_now)
    last_seen_at = UtcDateTimeField(default=utc_now)
    confirmed_at = UtcDateTimeField(null=True)
    sealed_one_time_secret = TextField(null=True)
    one_time_secret_until = UtcDateTimeField(null=True, index=True)
    has_second_factor: bool  # only of a session that was found by its token

    @classmethod
    def is_active(cls) -> Expression:
        """Return the query condition that a session has not expired."""
        now = utc_now()
        is_recent: Expression = cls.last_seen_at > now - SESSION_IDLE_LIFETIME
        return is_recent & (cls.started_at > now - SESSION_LIFETIME)
