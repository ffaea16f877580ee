"""Memberships of merchants in stores; the query of every page starts here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from peewee import JOIN, SQL, AutoField, CharField, ForeignKeyField, ModelSelect

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store
from portal.models.store_summary import StoreSummary


class Role(StrEnum):
    """Role of a merchant in a store; a read-only member sees everything and changes nothing."""

    OWNER = "owner"
    MANAGER = "manager"
    READ_ONLY = "read_only"


# Roles that an owner can give.
GIVEN_ROLES = (Role.MANAGER, Role.READ_ONLY)


class Membership(Table):
    """Membership of a merchant in a store; a store has exactly one owner."""

    id = AutoField()
    merchant = ForeignKeyField(Merchant, backref="memberships", on_delete="CASCADE")
    merchant_id: int
    store = ForeignKeyField(Store, backref="memberships", on_delete="CASCADE")
    store_id: int
    role = CharField(default=Role.OWNER)
    created_at = UtcDateTimeField(default=utc_now)
    has_second_factor: bool  # only of the members of a team that was listed
    last_seen_at: datetime | None  # also only of these

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
        """Return the store if ``merchant`` may see it, else None, as for a missing store."""
        found: Store | None = cls.stores_of(merchant).where(Store.id == store_id).first()
        return found

    @classmethod
    def with_store(cls, merchant: Merchant, store_id: int) -> Membership | None:
        """Return the membership of ``merchant`` with its store, None as `store_of` does.

        The store's ``summary`` has its summarized status, which nearly every page shows.
        """
        found: Membership | None = (
            cls.select(
                cls,
                Store,
                StoreSummary.word,
                StoreSummary.state,
                StoreSummary.is_closed,
                StoreSummary.webhook_health,
            )
            .join(Store)
            .join(
                StoreSummary,
                JOIN.LEFT_OUTER,
                on=(StoreSummary.store == Store.id),
                attr="summary",
            )
            .where(cls.merchant == merchant, cls.store == store_id)
            .first()
        )
        return found

    @classmethod
    def role_of(cls, merchant: Merchant, store_id: int) -> Role | None:
        """Return the role of ``merchant`` in the store, or None without a membership."""
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
