"""Open invitations to work in a store."""

from __future__ import annotations

from datetime import timedelta

from peewee import AutoField, CharField, ForeignKeyField, ModelSelect

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.membership import Role
from portal.models.merchant import Merchant
from portal.models.store import Store

INVITATION_LIFETIME = timedelta(days=7)


class StoreInvitation(Table):
    """One invitation; accepting, declining or withdrawing it deletes the row.

    Its link therefore works once. ``token_digest`` is the digest of the link's token, which is only
    in the email. An expired row is kept for the owner to see, until it is sent again or withdrawn.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    email = CharField(index=True)
    role = CharField(default=Role.MANAGER)
    invited_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    token_digest = CharField(unique=True)
    invited_at = UtcDateTimeField(default=utc_now)
    expires_at = UtcDateTimeField()

    class Meta:
        indexes = ((("store", "email"), True),)

    @property
    def is_valid(self) -> bool:
        """Whether it can still be accepted."""
        return bool(self.expires_at > utc_now())

    @classmethod
    def valid(cls) -> ModelSelect[StoreInvitation]:
        """Return the query of the invitations that can still be accepted, with their stores."""
        return cls.select(cls, Store).join(Store).where(cls.expires_at > utc_now()).order_by(cls.id)
