"""Search of a store's products, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from portal.models import Category, Order, OrderItem, Product, Store, Variation
from portal.rules.records.category_fields import category_path
from portal.services.records.cursor_pagination import MirrorPage, PageCursor
from portal.services.records.derived_fields import category_ancestors
from portal.services.records.text_search import search_page


def search_products(
    store: Store,
    *,
    search: str = "",
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Product]:
    """Return a page of the store's live products, the most recently changed first.

    Their names and SKUs have the words of ``search``.
    """
    updated = Product.remote_updated_at
    return search_page(Product, store.id, search, updated, after=after, before=before)


def find_product(store: Store, remote_id: int) -> Product | None:
    """Return the product, deleted or not, or None if the mirror never had it."""
    found: Product | None = Product.get_or_none(
        Product.store == store, Product.remote_id == remote_id
    )
    return found


def variations_of(product: Product, limit: int) -> Sequence[Variation]:
    """Return the first live variations of a product in the store's order."""
    return list(
        Variation.select(*Variation.listed_fields())
        .where(
            Variation.store == product.store_id,
            Variation.product_id == product.remote_id,
            Variation.deleted_at.is_null(),
        )
        .order_by(Variation.number, Variation.remote_id)
        .limit(limit)
    )


def count_orders_of(product: Product, limit: int) -> int | None:
    """Return the number of live orders with the product, None if more than ``limit`` have it."""
    items = (
        OrderItem.select(OrderItem.order_id)
        .where(OrderItem.store == product.store_id, OrderItem.product_id == product.remote_id)
        .distinct()
        .limit(limit + 1)
    )
    rows: Any = items.tuples()
    ids = [order_id for (order_id,) in rows]
    if len(ids) > limit:
        return None
    live = Order.matching(product.store_id, ids) & Order.deleted_at.is_null()
    count: int = Order.select().where(live).count()
    return count


class NamedCategory(NamedTuple):
    """Category with the names from the top level down to it, such as "Tableware / Mugs"."""

    id: int
    path: str


def categories_of(product: Product) -> Sequence[NamedCategory]:
    """Return the live categories of a product, by path."""
    live = Category.select(Category.remote_id).where(
        Category.matching(product.store_id, product.category_ids or []),
        Category.deleted_at.is_null(),
    )
    ids = [category.remote_id for category in live]
    nodes = category_ancestors(product.store_id, ids)
    paths = {each: [step["name"] for step in category_path(each, nodes)] for each in ids}
    found = [NamedCategory(each, " / ".join(names)) for each, names in paths.items()]
    return sorted(found, key=lambda category: category.path)
