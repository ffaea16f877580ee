"""Product selections of consents: which products a channel gets, and which it can't sell."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    Expression,
    ForeignKeyField,
    IntegerField,
)

from portal.models.base import Table, utc_now
from portal.models.bulk import in_values
from portal.models.channel_consent import ChannelConsent
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store
from portal.rules.channels.product_selection import SelectionKind

# Before the first product of a store: ids are positive.
START = 0


class ChannelSelection(Table):
    """Product selection of one consent; without a row all products are selected, unchecked.

    ``category_ids`` are the chosen categories, ``expanded_category_ids`` also has those below them.
    ``conditions`` are those of `ProductConditions`. ``changed_by`` is None if the account was
    deleted. ``applied_to`` is the last product that the selection in force was applied to, None if
    it was applied to all. ``due_at`` is when it has to be applied, None when nothing is left to do.
    ``unselected`` and ``unsellable`` count the live products of `ChannelProduct`.
    """

    consent = ForeignKeyField(ChannelConsent, primary_key=True, on_delete="CASCADE", backref="+")
    consent_id: int
    store = ForeignKeyField(Store, on_delete="CASCADE", backref="+")
    store_id: int
    kind = CharField(default=SelectionKind.ALL)
    category_ids = JsonField(default=list)
    expanded_category_ids = JsonField(default=list)
    conditions = JsonField(default=dict)
    changed_at = UtcDateTimeField(default=utc_now)
    changed_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    changed_by_id: int | None
    applied_to = BigIntegerField(null=True)
    due_at = UtcDateTimeField(null=True)
    unselected = IntegerField(default=0)
    unsellable = IntegerField(default=0)

    @classmethod
    def check_categories(cls, store_id: int) -> None:
        """Schedule a check of the selections by categories: the store's categories have changed."""
        # Also those that are being applied: their worker may have read the categories already.
        cls.update(due_at=utc_now()).where(
            cls.store == store_id, cls.kind == SelectionKind.CATEGORIES
        ).execute()

    @classmethod
    def apply_again(cls, where: Expression) -> None:
        """Schedule the matching selections to be applied again: what can be sold has changed."""
        cls.update(applied_to=START, due_at=utc_now()).where(where).execute()

    @property
    def is_applied(self) -> bool:
        """Whether all products follow the selection in force."""
        return self.applied_to is None


ChannelSelection.add_index(
    ChannelSelection.index(
        ChannelSelection.due_at, name="channel_selection_due", where=SQL("due_at IS NOT NULL")
    )
)


class ChannelProduct(Table):
    """Product that a channel doesn't get, or can't sell; all others of the store have no row.

    ``left_at`` is when it left the selection, None if the channel never had it. ``reasons`` are
    codes of `UnsellableReason`, separated by commas; empty for a product that isn't selected.
    """

    consent = ForeignKeyField(ChannelConsent, on_delete="CASCADE", index=False, backref="+")
    consent_id: int
    product_id = BigIntegerField()
    is_selected = BooleanField()
    reasons = CharField(default="")
    left_at = UtcDateTimeField(null=True)
    is_deleted = BooleanField(default=False)

    class Meta:
        primary_key = CompositeKey("consent", "product_id")


ChannelProduct.add_index(
    ChannelProduct.index(
        ChannelProduct.consent,
        ChannelProduct.product_id,
        name="channel_product_unsellable",
        where=SQL("reasons <> ''"),
    )
)


class ChannelPick(Table):
    """Product that was picked by hand for a channel, or excluded by hand."""

    consent = ForeignKeyField(ChannelConsent, on_delete="CASCADE", index=False, backref="+")
    consent_id: int
    product_id = BigIntegerField()
    is_picked = BooleanField()

    class Meta:
        primary_key = CompositeKey("consent", "product_id")


def picks_of(consent_id: int, product_ids: Sequence[int]) -> dict[int, bool]:
    """Return which of these products were picked or excluded by hand."""
    if not product_ids:
        return {}
    rows = ChannelPick.select().where(
        ChannelPick.consent == consent_id, in_values(ChannelPick.product_id, product_ids)
    )
    return {row.product_id: row.is_picked for row in rows}


def forget_products(store_id: int, product_ids: Sequence[int]) -> None:
    """Delete what is stored about products whose records are deleted for good."""
    consents = ChannelSelection.select(ChannelSelection.consent).where(
        ChannelSelection.store == store_id
    )
    for table in (ChannelProduct, ChannelPick):
        table.delete().where(
            table.consent.in_(consents), in_values(table.product_id, product_ids)
        ).execute()
