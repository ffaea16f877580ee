"""Products of a category: the condition to check on a product, and the query of an index."""

from __future__ import annotations

from typing import Any

from peewee import Expression, fn

from portal.models import Product, ProductCategory
from portal.services.records.read_records import LARGEST_ID


def category_id_in(text: str) -> int | None:
    """Return the category's id that a text is, None for any other text."""
    is_id = text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID
    return int(text) if is_id else None


def is_in_category(category_id: int) -> Expression:
    """Return the condition that a product is in a category, which is looked up for each product."""
    links = ProductCategory.select(1).where(
        ProductCategory.store == Product.store,
        ProductCategory.category_id == category_id,
        ProductCategory.product_id == Product.remote_id,
    )
    # Compared, so that no database reads all products of the category first.
    condition: Expression = fn.EXISTS(links) == True  # noqa: E712 - an SQL value
    return condition


def products_in_category(store_id: int, category_id: int) -> Any:
    """Return the query of the ids of all products of a category, deleted ones included."""
    return ProductCategory.select(ProductCategory.product_id).where(
        ProductCategory.store == store_id, ProductCategory.category_id == category_id
    )
