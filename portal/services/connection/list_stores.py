"""A merchant's stores by name, page by page, or those that match a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peewee import ModelSelect, Tuple

from portal.models import Membership, Merchant, Store

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class StorePage:
    """One page of stores; ``earlier`` and ``later`` are ids for ``before`` and ``after``, or None
    at the ends of the list.
    """

    stores: Sequence[Store]
    earlier: int | None
    later: int | None


def list_stores(
    merchant: Merchant, *, search: str = "", after: int | None = None, before: int | None = None
) -> StorePage:
    """Return a page of the merchant's stores whose name has ``search``, or whose id it is.

    ``after`` is the last store of the previous page, ``before`` the first one of the next page.
    """
    query = _matching(Membership.stores_of(merchant), search)
    place = Tuple(Store.name, Store.id)
    if before is not None:
        query = query.where(place < _place_of(before)).order_by(Store.name.desc(), Store.id.desc())
    elif after is not None:
        query = query.where(place > _place_of(after))
    found = list(query.limit(PAGE_SIZE + 1))
    has_more, stores = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if before is not None:
        stores.reverse()
    if not stores:
        return StorePage(stores, None, None)
    has_earlier = has_more if before is not None else after is not None
    has_later = before is not None or has_more
    return StorePage(
        stores, stores[0].id if has_earlier else None, stores[-1].id if has_later else None
    )


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
