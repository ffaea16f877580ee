"""Hold in which browsers merchants are signed in."""

from __future__ import annotations

from datetime import timedelta

from peewee import AutoField, CharField, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant

# Without a visit for so long the cookie is gone as well.
SESSION_LIFETIME = timedelta(days=14)


class BrowserSession(Table):
    """Keep one sign-in; deleting the row signs that browser out.

    ``token_digest`` is of the secret in the browser's cookie. ``ip_address`` and ``user_agent`` are where
    it came from and what it called itself at the sign-in; ``last_seen_at`` is some minutes behind.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    merchant_id: int
    token_digest = CharField(unique=True)
    ip_address = CharField(default="")
    user_agent = TextField(default="")
    started_at = UtcDateTimeField(default=utc_now)
    last_seen_at = UtcDateTimeField(default=utc_now)
