"""Hold what merchants consented to, and the sealed tokens that came of it."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, CharField, Field, ForeignKeyField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class Grant(Table):
    """Keep one OAuth consent: in force while ``revoked_at`` is None, then history, without tokens.

    ``scopes`` is what was consented to, ``lost_scopes`` what of it the token was seen to lack.
    """

    id = AutoField()
    store = ForeignKeyField(Store, backref="grants", on_delete="CASCADE")
    store_id: int
    merchant = ForeignKeyField(Merchant, null=True, on_delete="SET NULL")
    sealed_access_token = TextField()
    sealed_public_token = TextField(null=True)
    scopes = JsonField()
    lost_scopes = JsonField(null=True, default=list)  # None in rows of before
    granted_at = UtcDateTimeField(default=utc_now)
    revoked_at = UtcDateTimeField(null=True)
    revoked_reason = CharField(null=True)

    class Meta:
        indexes = ((("store", "revoked_at"), False),)

    @property
    def effective_scopes(self) -> list[str]:
        """Return what the token can do, as far as it is known."""
        return [scope for scope in self.scopes if scope not in (self.lost_scopes or ())]

    @classmethod
    def active_for(cls, store_id: int) -> Grant | None:
        """Return the grant whose token is to be used for this store, or None."""
        found: Grant | None = (
            cls.select()
            .where(cls.store == store_id, cls.revoked_at.is_null())
            .order_by(cls.id.desc())
            .first()
        )
        return found

    def is_still_active(self) -> bool:
        """Tell whether neither its end nor a new consent has come since this was read."""
        found: bool = Grant.select().where(Grant.id == self.id, Grant.revoked_at.is_null()).exists()
        return found

    @classmethod
    def revoke_all(cls, store_id: int, reason: str) -> int:
        """End every grant in force of this store; return how many there were."""
        count: int = (
            cls.update(_revocation(reason))
            .where(cls.store == store_id, cls.revoked_at.is_null())
            .execute()
        )
        return count


def _revocation(reason: str) -> dict[Field, Any]:
    """Return what the end of a grant sets: its tokens serve nobody any more, so they are gone."""
    return {
        Grant.revoked_at: utc_now(),
        Grant.revoked_reason: reason,
        Grant.sealed_access_token: "",
        Grant.sealed_public_token: None,
    }
