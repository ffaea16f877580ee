"""Search of a store's products, page by page; every page costs the same."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import Expression

from portal.models import Category, Product, Store, Variation
from portal.services.records.cursor_pagination import MirrorPage, PageCursor, page_by_time

QUERY_LIMIT = 200


def search_products(
    store: Store,
    *,
    search: str = "",
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Product]:
    """Return a page of the store's live products whose name or SKU contains ``search``.

    The most recently changed products come first.
    """
    query = Product.select().where(Product.store == store, Product.deleted_at.is_null())
    if search:
        query = query.where(_matches(search))
    return page_by_time(query, Product, Product.remote_updated_at, after=after, before=before)


def count_matching_products(store: Store, search: str) -> int:
    """Return the number of live products that match ``search``."""
    if not search:
        return Product.live_count(store.id)
    query = Product.select().where(Product.store == store, Product.deleted_at.is_null())
    count: int = query.where(_matches(search)).count()
    return count


def find_product(store: Store, remote_id: int) -> Product | None:
    """Return the product, deleted or not, or None if the mirror never had it."""
    found: Product | None = Product.get_or_none(
        Product.store == store, Product.remote_id == remote_id
    )
    return found


def variations_of(product: Product) -> Sequence[Variation]:
    """Return the live variations of a product in the store's order."""
    return list(
        Variation.select()
        .where(
            Variation.store == product.store_id,
            Variation.product_id == product.remote_id,
            Variation.deleted_at.is_null(),
        )
        .order_by(Variation.number, Variation.remote_id)
    )


def categories_of(product: Product) -> Sequence[Category]:
    """Return the live categories of a product, by name."""
    return list(
        Category.select()
        .where(
            Category.matching(product.store_id, product.category_ids or []),
            Category.deleted_at.is_null(),
        )
        .order_by(Category.name)
    )


def _matches(search: str) -> Expression:
    # SQLite ignores the case of ASCII letters only; PostgreSQL that of all letters.
    text = search[:QUERY_LIMIT]
    matches: Expression = Product.name.contains(text) | Product.sku.contains(text)
    return matches
