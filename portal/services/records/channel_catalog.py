"""Products of a channel's catalog as a page shows them: what can't be sold, and what is picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Expression, fn

from portal.models import Category, ChannelPick, ChannelProduct, Product, Store
from portal.models.bulk import in_values
from portal.models.channel_selection import picks_of
from portal.rules.records.sellable import UnsellableReason
from portal.services.pagination import KeyPage, Page, read_page
from portal.services.records.selected_records import unselected_products

CATEGORIES_SHOWN = 150
# A literal, because a database may not use the partial index for bound values.
_IS_UNSELLABLE = SQL("reasons <> ''")


@dataclass(frozen=True)
class CatalogProduct:
    """A product with the reasons not to sell it, and what was chosen for it by hand.

    ``is_picked`` is True if it was picked, False if it was excluded, else None.
    """

    product: Product
    reasons: Sequence[UnsellableReason] = ()
    is_selected: bool = True
    is_picked: bool | None = None


CatalogPage = Page[CatalogProduct, int]


@dataclass(frozen=True)
class CategoryChoice:
    """A category to choose; ``parent`` is the name of the category above it, empty without one."""

    id: int
    name: str
    parent: str


def count_reasons(consent_id: int) -> dict[UnsellableReason, int]:
    """Return how many of the selected products have each reason not to sell them."""
    rows: Any = (
        ChannelProduct.select(ChannelProduct.reasons, fn.COUNT(SQL("1")))
        .where(ChannelProduct.consent == consent_id, _IS_UNSELLABLE, ~ChannelProduct.is_deleted)
        .group_by(ChannelProduct.reasons)
        .tuples()
    )
    found: dict[UnsellableReason, int] = {}
    for codes, count in rows:
        for reason in _reasons(codes):
            found[reason] = found.get(reason, 0) + count
    return {reason: found[reason] for reason in UnsellableReason if reason in found}


def list_unsellable(
    store: Store,
    consent_id: int,
    *,
    reason: UnsellableReason | None = None,
    after: int | None = None,
    before: int | None = None,
) -> CatalogPage:
    """Return a page of the selected products that can't be sold, by id; all, or for one reason."""
    query = ChannelProduct.select().where(
        ChannelProduct.consent == consent_id, _IS_UNSELLABLE, ~ChannelProduct.is_deleted
    )
    if reason is not None:
        query = query.where(_has_code(reason.value))
    page = _page(query, ChannelProduct, after, before)
    products = _products(store, [row.product_id for row in page.rows])
    rows = [
        CatalogProduct(products[row.product_id], _reasons(row.reasons))
        for row in page.rows
        if row.product_id in products
    ]
    return Page(rows, page.earlier, page.later)


def list_picks(
    store: Store, consent_id: int, *, after: int | None = None, before: int | None = None
) -> CatalogPage:
    """Return a page of the products that were picked or excluded by hand, by id."""
    query = ChannelPick.select().where(ChannelPick.consent == consent_id)
    page = _page(query, ChannelPick, after, before)
    products = _products(store, [row.product_id for row in page.rows])
    shown = [products[row.product_id] for row in page.rows if row.product_id in products]
    return Page(catalog_products(consent_id, shown), page.earlier, page.later)


def catalog_products(consent_id: int, products: Sequence[Product]) -> list[CatalogProduct]:
    """Return these products with what is chosen for them; two statements."""
    ids = [product.remote_id for product in products]
    others, picks = unselected_products(consent_id, ids), picks_of(consent_id, ids)
    return [
        CatalogProduct(
            product,
            is_selected=product.remote_id not in others,
            is_picked=picks.get(product.remote_id),
        )
        for product in products
    ]


def categories_to_choose(store: Store, chosen: Sequence[int]) -> tuple[list[CategoryChoice], bool]:
    """Return the first categories by name, and whether there are more.

    All chosen ones are among them, at the beginning: a form without them would lose them.
    """
    live = Category.select(Category.remote_id, Category.name, Category.parent_id).where(
        Category.store == store, Category.deleted_at.is_null()
    )
    order = (Category.name, Category.remote_id)
    rows, most = list(live.order_by(*order).limit(CATEGORIES_SHOWN + 1)), CATEGORIES_SHOWN
    if chosen:
        first = list(live.where(in_values(Category.remote_id, chosen)).order_by(*order))
        rows = [*first, *(row for row in rows if row.remote_id not in set(chosen))]
        most = max(most, len(first))
    shown = rows[:most]
    names = {row.remote_id: row.name for row in shown}
    choices = [
        CategoryChoice(row.remote_id, row.name, names.get(row.parent_id or 0, "")) for row in shown
    ]
    return choices, len(rows) > most


def _page(query: Any, table: Any, after: int | None, before: int | None) -> KeyPage[Any]:
    key = table.product_id
    if before is not None:
        query = query.where(key < before).order_by(key.desc())
    else:
        query = query.where(key > (after or 0)).order_by(key)
    return read_page(query, lambda row: row.product_id, after=after, before=before)


def _products(store: Store, ids: Sequence[int]) -> dict[int, Product]:
    if not ids:
        return {}
    rows = Product.select(*Product.listed_fields()).where(Product.matching(store.id, ids))
    return {row.remote_id: row for row in rows}


def _reasons(codes: str) -> list[UnsellableReason]:
    known = set(UnsellableReason)
    return [UnsellableReason(code) for code in codes.split(",") if code in known]


def _has_code(code: str) -> Expression:
    codes = ChannelProduct.reasons
    found: Expression = (
        (codes == code)
        | codes.startswith(f"{code},")
        | codes.endswith(f",{code}")
        | codes.contains(f",{code},")
    )
    return found
