"""Mirrored products and their variations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    IntegerField,
    TextField,
)

from portal.models.bulk import StoredRow, in_values
from portal.models.evaluate_selections import evaluate_written, mark_deleted_products
from portal.models.fields import JsonField, MoneyField, UtcDateTimeField
from portal.models.last_write_wins import UpsertResult
from portal.models.mirror import MirrorTable

# Conditions and values of indexes, as the statements have to spell them.
UNLIMITED_LAST = "COALESCE(quantity, 2147483647)"
HIDDEN = "NOT is_enabled AND deleted_at IS NULL"
SOLD_OUT = "NOT is_in_stock AND deleted_at IS NULL"


class Product(MirrorTable):
    """One product; ``quantity`` is None if stock is unlimited."""

    search_columns = ("name", "sku")

    name = TextField()
    sku = CharField(null=True)
    price = MoneyField(null=True)
    compare_to_price = MoneyField(null=True)
    quantity = IntegerField(null=True)
    is_in_stock = BooleanField(default=True)
    is_enabled = BooleanField(default=True)
    url = TextField(null=True)
    thumbnail_url = TextField(null=True)
    category_ids = JsonField(default=list)
    remote_created_at = UtcDateTimeField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "sku"), False),
            (("store", "remote_updated_at", "remote_id"), False),
        )

    @classmethod
    def after_write(cls, store_id: int, rows: Sequence[StoredRow], done: UpsertResult) -> None:
        """Evaluate the product selections of the store's channels."""
        evaluate_written(store_id, rows, done)

    @classmethod
    def after_deletion(cls, store_id: int, remote_ids: Sequence[int]) -> None:
        """Leave the products out of the counts of the product selections."""
        mark_deleted_products(store_id, remote_ids)


# Lists of the pages: in these orders, and the few products that are hidden or sold out.
for _name, _value in (("price", "COALESCE(price, -1)"), ("quantity", UNLIMITED_LAST)):
    Product.add_index(
        Product.index(
            Product.store, SQL(_value), Product.remote_id, name=f"product_store_id_{_name}"
        )
    )
for _name, _condition in (("hidden", HIDDEN), ("sold_out", SOLD_OUT)):
    Product.add_index(
        Product.index(
            Product.store,
            Product.remote_id,
            name=f"product_store_id_{_name}",
            where=SQL(_condition),
        )
    )


class Variation(MirrorTable):
    """One variation of a product; Ecwid calls it a combination.

    ``price`` is that of one piece with the modifiers of the variation's options. ``own_price`` is
    the variation's own price without them; None if it follows the product's price.
    """

    # The update time is the product's, because a variation inherits many fields of its product.
    # Within the same second only its own record and the price count.
    compared_columns = ("price",)

    product_id = BigIntegerField()
    number = IntegerField(null=True)
    sku = CharField(null=True)
    options = JsonField(default=list)  # [{"name": "Size", "value": "M"}, …]
    price = MoneyField(null=True)
    own_price = MoneyField(null=True)
    quantity = IntegerField(null=True)
    is_in_stock = BooleanField(default=True)

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = ((("store", "product_id"), False), (("store", "sku"), False))

    @classmethod
    def replace_all(
        cls, store_id: int, product_ids: Sequence[int], rows: Sequence[StoredRow], read_at: datetime
    ) -> None:
        """Write variations; mark those that ``product_ids`` no longer have as deleted."""
        cls.write(rows)
        if product_ids:
            cls.mark_all_deleted(store_id, product_ids, read_at, is_older=True)

    @classmethod
    def mark_all_deleted(
        cls, store_id: int, product_ids: Sequence[int], read_at: datetime, *, is_older: bool = False
    ) -> None:
        """Mark the products' variations as deleted; with ``is_older`` only those read earlier."""
        where = (cls.store == store_id) & in_values(cls.product_id, product_ids)
        cls.mark_deleted(where & (cls.synced_at < read_at) if is_older else where, read_at=read_at)
