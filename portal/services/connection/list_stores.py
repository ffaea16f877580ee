"""A merchant's stores by name, page by page, or those that match a search."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import ModelSelect, Tuple

from portal.models import Membership, Merchant, Store
from portal.services.pagination import KeyPage, read_page

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class StoreName:
    """ID and name of a store."""

    id: int
    name: str


def first_stores(merchant: Merchant, count: int) -> list[StoreName]:
    """Return the merchant's first ``count`` stores by name."""
    rows = Membership.stores_of(merchant).select(Store.id, Store.name).limit(count)
    return [StoreName(row.id, row.name) for row in rows]


def list_stores(
    merchant: Merchant, *, search: str = "", after: int | None = None, before: int | None = None
) -> KeyPage[Store]:
    """Return a page of the merchant's stores whose name has ``search``, or whose id it is.

    ``after`` is the last store of the previous page, ``before`` the first one of the next page.
    """
    query = _matching(Membership.stores_of(merchant), search)
    place = Tuple(Store.name, Store.id)
    if before is not None:
        query = query.where(place < _place_of(before)).order_by(Store.name.desc(), Store.id.desc())
    elif after is not None:
        query = query.where(place > _place_of(after))
    return read_page(query, lambda store: store.id, after=after, before=before, size=PAGE_SIZE)


def _matching(query: ModelSelect[Store], search: str) -> ModelSelect[Store]:
    if not search:
        return query
    matches = Store.name.contains(search)
    if search.isascii() and search.isdecimal() and int(search) <= LARGEST_ID:
        matches |= Store.id == int(search)
    return query.where(matches)


def _place_of(store_id: int) -> ModelSelect[Store]:
    """Return the query of a store's place in the order, as one row."""
    place = Store.alias()
    return place.select(place.name, place.id).where(place.id == store_id)
