"""Links of products to their categories, which find the products of a category."""

from __future__ import annotations

from peewee import BigIntegerField, CompositeKey, ForeignKeyField

from portal.models.base import Table
from portal.models.store import Store


class ProductCategory(Table):
    """One category of a product.

    Triggers of the database write the links whenever `Product.category_ids` changes, so no
    writer of products can forget them. A product that is marked as deleted keeps its links.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    category_id = BigIntegerField()
    product_id = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("store", "category_id", "product_id")
        indexes = ((("store", "product_id"), False),)
