"""Grants of installs from Ecwid's App Market that no account has claimed yet."""

from __future__ import annotations

from datetime import timedelta

from peewee import AutoField, BigIntegerField, CharField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField

PARKED_GRANT_LIFETIME = timedelta(days=7)


class ParkedGrant(Table):
    """One consent whose merchant has yet to sign in and confirm; claiming it deletes the row.

    ``token_digest`` is the digest of the claim token, which only the browser of the install and the
    sign-up email that it asked for have. ``store_id`` is the store at Ecwid; no row with that id
    need exist.
    """

    id = AutoField()
    token_digest = CharField(unique=True)
    store_id = BigIntegerField(index=True)
    sealed_access_token = TextField()
    sealed_public_token = TextField(null=True)
    scopes = JsonField()
    parked_at = UtcDateTimeField(default=utc_now)
    expires_at = UtcDateTimeField(index=True)

    @classmethod
    def delete_of_store(cls, store_id: int) -> int:
        """Delete the parked grants of a store, because a newer consent replaces their tokens."""
        deleted: int = cls.delete().where(cls.store_id == store_id).execute()
        return deleted
