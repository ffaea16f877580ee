"""Hold the invitations to work in a store that nobody has answered yet."""

from __future__ import annotations

from datetime import timedelta

from peewee import AutoField, CharField, ForeignKeyField, ModelSelect

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store

INVITATION_LIFETIME = timedelta(days=7)


class StoreInvitation(Table):
    """Keep one invitation; accepting, declining and withdrawing it take the row away.

    So its link is good once. ``token_digest`` is of the link's token, which stands in the letter
    alone. An expired row stays, for the owner to see, until it is sent again or withdrawn.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    email = CharField(index=True)
    invited_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    token_digest = CharField(unique=True)
    invited_at = UtcDateTimeField(default=utc_now)
    expires_at = UtcDateTimeField()

    class Meta:
        indexes = ((("store", "email"), True),)

    @property
    def is_valid(self) -> bool:
        """Tell whether it can still be accepted."""
        return bool(self.expires_at > utc_now())

    @classmethod
    def valid(cls) -> ModelSelect[StoreInvitation]:
        """Return the query of the invitations that can still be accepted, with their stores."""
        return cls.select(cls, Store).join(Store).where(cls.expires_at > utc_now()).order_by(cls.id)
