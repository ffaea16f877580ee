"""Find a store's products, page by page; a page far back costs what the first one costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import Expression, Tuple

from portal.models import Category, Product, Store, Variation

PAGE_SIZE = 50
QUERY_LIMIT = 200

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class CursorError(ValueError):
    """The text is no position in a list of products."""


@dataclass(frozen=True)
class Cursor:
    """Hold a product's place in the list: by its change at the store, the latest first."""

    updated_at: datetime
    remote_id: int

    @classmethod
    def of(cls, product: Product) -> Cursor:
        """Return the place of ``product``."""
        return cls(product.remote_updated_at, product.remote_id)

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Return the place that an address names; raise CursorError for anything else."""
        micros, _, remote_id = text.partition("-")
        try:
            return cls(_EPOCH + int(micros) * _MICROSECOND, _key(remote_id))
        except (ValueError, OverflowError) as error:
            raise CursorError(text) from error

    def __str__(self) -> str:
        """Return the place as an address names it."""
        return f"{(self.updated_at - _EPOCH) // _MICROSECOND}-{self.remote_id}"


@dataclass(frozen=True)
class ProductPage:
    """Hold one page of products; ``earlier`` and ``later`` are None at the ends of the list.

    ``later`` leads to products that changed longer ago, ``earlier`` back to the more recent.
    """

    products: Sequence[Product]
    earlier: Cursor | None
    later: Cursor | None


def browse_products(
    store: Store, *, search: str = "", after: Cursor | None = None, before: Cursor | None = None
) -> ProductPage:
    """Return the live products of the store whose name or SKU holds ``search``, a page of them.

    ``after`` names the last product of the page before, ``before`` the first of the page behind.
    """
    query = Product.select().where(Product.store == store, Product.deleted_at.is_null())
    if search:
        query = query.where(_matches(search))
    if before is not None:
        query = query.where(_is_earlier_than(before))
        query = query.order_by(Product.remote_updated_at, Product.remote_id)
    else:
        if after is not None:
            query = query.where(_is_later_than(after))
        query = query.order_by(Product.remote_updated_at.desc(), Product.remote_id.desc())
    found = list(query.limit(PAGE_SIZE + 1))
    has_more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if before is not None:
        found.reverse()
    return _page(found, has_more=has_more, is_after=after is not None, is_before=before is not None)


def count_matches(store: Store, search: str) -> int:
    """Return how many live products match ``search``."""
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
    """Return the live categories that a product is in, by name."""
    return list(
        Category.select()
        .where(
            Category.of(product.store_id, product.category_ids or []),
            Category.deleted_at.is_null(),
        )
        .order_by(Category.name)
    )


def _is_later_than(place: Cursor) -> Expression:
    columns, values = _pairs(place)
    later: Expression = columns < values
    return later


def _is_earlier_than(place: Cursor) -> Expression:
    columns, values = _pairs(place)
    earlier: Expression = columns > values
    return earlier


def _pairs(place: Cursor) -> tuple[Any, Any]:
    """Return what is compared as one, for that is the range that the index is read in."""
    updated_at, remote_id = Product.remote_updated_at, Product.remote_id
    values = Tuple(updated_at.db_value(place.updated_at), place.remote_id)
    return Tuple(updated_at, remote_id), values


def _page(found: list[Product], *, has_more: bool, is_after: bool, is_before: bool) -> ProductPage:
    if not found:
        return ProductPage(found, None, None)
    has_earlier = has_more if is_before else is_after
    has_later = True if is_before else has_more
    return ProductPage(
        found,
        Cursor.of(found[0]) if has_earlier else None,
        Cursor.of(found[-1]) if has_later else None,
    )


def _matches(search: str) -> Expression:
    # SQLite folds the case of ASCII letters only; PostgreSQL of all.
    text = search[:QUERY_LIMIT]
    matches: Expression = Product.name.contains(text) | Product.sku.contains(text)
    return matches


def _key(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**63:
        raise ValueError(text)
    return number
