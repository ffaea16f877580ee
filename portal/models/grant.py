"""Grants of merchants, by OAuth or by a custom app's token, with sealed tokens."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, CharField, Field, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store
from portal.rules.connection.grant_sources import GrantSource

# Prebuilt, because each job reads the token, and building the query took longer than running it.
ACTIVE_GRANT_SQL = """SELECT sealed_access_token FROM "grant"
WHERE store_id = ? AND revoked_at IS NULL ORDER BY id DESC LIMIT 1"""


class Grant(Table):
    """One consent or custom app token: valid while ``revoked_at`` is None, then only history.

    ``scopes`` are the granted scopes; ``lost_scopes`` are those that the token turned out to lack.
    ``unverified_scopes`` are scopes of a custom app that Ecwid has neither confirmed nor refused.
    ``sealed_client_secret`` is the key of a custom app's webhooks, if the merchant gave it.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="grants", on_delete="CASCADE")
    store_id: int
    merchant = ForeignKeyField(Merchant, null=True, on_delete="SET NULL")
    sealed_access_token = TextField()
    sealed_public_token = TextField(null=True)
    scopes = JsonField()
    lost_scopes = JsonField(null=True, default=list)  # None in older rows
    unverified_scopes = JsonField(null=True, default=list)  # None in older rows
    source = CharField(default=GrantSource.OAUTH)
    sealed_client_secret = TextField(null=True)
    granted_at = UtcDateTimeField(default=utc_now)
    revoked_at = UtcDateTimeField(null=True)
    revoked_reason = CharField(null=True)

    class Meta:
        indexes = ((("store", "revoked_at"), False),)

    @property
    def effective_scopes(self) -> list[str]:
        """Scopes that the token has, as far as the portal knows."""
        return [scope for scope in self.scopes if scope not in (self.lost_scopes or ())]

    @classmethod
    def active_for(cls, store_id: int) -> Grant | None:
        """Return the valid grant of this store, or None."""
        found: Grant | None = (
            cls.select()
            .where(cls.store == store_id, cls.revoked_at.is_null())
            .order_by(cls.id.desc())
            .first()
        )
        return found

    @classmethod
    def active_sealed_token(cls, store_id: int) -> str | None:
        """Return the sealed token of this store's valid grant, or None."""
        database = cls._meta.database
        row = database.execute_sql(
            ACTIVE_GRANT_SQL.replace("?", database.param), (store_id,)
        ).fetchone()
        return None if row is None else row[0]

    @classmethod
    def latest_source(cls, store_id: int) -> GrantSource:
        """Return where the store's newest grant came from, whether or not it is still valid."""
        found = cls.select(cls.source).where(cls.store == store_id).order_by(cls.id.desc()).limit(1)
        return GrantSource(found.scalar() or GrantSource.OAUTH)

    @classmethod
    def active_sealed_client_secret(cls, store_id: int) -> str | None:
        """Return the sealed client secret of the store's custom app; None without one."""
        found: str | None = (
            cls.select(cls.sealed_client_secret)
            .where(cls.store == store_id, cls.revoked_at.is_null())
            .order_by(cls.id.desc())
            .limit(1)
            .scalar()
        )
        return found

    def is_still_active(self) -> bool:
        """Return whether the grant is still valid in the database: neither revoked nor replaced."""
        found: bool = Grant.select().where(Grant.id == self.id, Grant.revoked_at.is_null()).exists()
        return found

    @classmethod
    def revoke_all(cls, store_id: int, reason: str) -> int:
        """Revoke every valid grant of this store; return how many there were."""
        count: int = (
            cls.update(_revocation(reason))
            .where(cls.store == store_id, cls.revoked_at.is_null())
            .execute()
        )
        return count


def _revocation(reason: str) -> dict[Field, Any]:
    """Return the column values of a revoked grant; its tokens are deleted."""
    return {
        Grant.revoked_at: utc_now(),
        Grant.revoked_reason: reason,
        Grant.sealed_access_token: "",
        Grant.sealed_public_token: None,
        Grant.sealed_client_secret: None,
    }
