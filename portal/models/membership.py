"""Hold which merchant may see which store; every page's query starts here."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, AutoField, CharField, ForeignKeyField, ModelSelect

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class Role(StrEnum):
    """Name what a merchant may do in a store."""

    OWNER = "owner"
    STAFF = "staff"


class Membership(Table):
    """Keep one merchant's place in one store, which has one owner."""

    id = AutoField()
    merchant = ForeignKeyField(Merchant, backref="memberships", on_delete="CASCADE")
    merchant_id: int
    store = ForeignKeyField(Store, backref="memberships", on_delete="CASCADE")
    store_id: int
    role = CharField(default=Role.OWNER)
    created_at = UtcDateTimeField(default=utc_now)

    class Meta:
        indexes = ((("merchant", "store"), True),)

    @classmethod
    def stores_of(cls, merchant: Merchant) -> ModelSelect[Store]:
        """Return the query of the stores that ``merchant`` may see, by name."""
        return (
            Store.select().join(cls).where(cls.merchant == merchant).order_by(Store.name, Store.id)
        )

    @classmethod
    def store_of(cls, merchant: Merchant, store_id: int) -> Store | None:
        """Return the store if ``merchant`` may see it, else None: a stranger learns nothing."""
        found: Store | None = cls.stores_of(merchant).where(Store.id == store_id).first()
        return found

    @classmethod
    def role_of(cls, merchant: Merchant, store_id: int) -> Role | None:
        """Return what ``merchant`` is in the store, or None for a stranger."""
        found: str | None = (
            cls.select(cls.role).where(cls.merchant == merchant, cls.store == store_id).scalar()
        )
        return None if found is None else Role(found)


Membership.add_index(
    Membership.index(
        Membership.store,
        name="membership_one_owner",
        unique=True,
        where=SQL("role = 'owner'"),
    )
)
