"""Resources of the change feed: the records that its entries are about, and who may read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from portal.models import ApiKey, ChannelConsent, Store, StoreState
from portal.rules.api_keys.key_scopes import KeyScope, is_allowed
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.services.channels.reach import consents_reached
from portal.services.channels.sale_terms import terms_by_store, terms_of
from portal.services.records import record_views
from portal.services.records.read_change_feed import FeedEntry
from portal.services.records.read_records import Row, fields_of, read_by_ids
from portal.services.records.record_views import RecordView, offered_view


class FeedResource(StrEnum):
    """Resource of an entry, by its name in the API's paths."""

    PRODUCTS = "products"
    VARIATIONS = "variations"
    CATEGORIES = "categories"
    COUPONS = "coupons"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    STORES = "stores"


@dataclass(frozen=True)
class FeedSource:
    """View of a resource's records, None for stores, and the scope that a reader needs."""

    view: RecordView | None
    scope: KeyScope | None

    @cached_property
    def mirror_table(self) -> str:
        """Return the name of the table in the feed's entries."""
        # peewee documents `_meta`.
        return str(Store._meta.table_name) if self.view is None else self.view.name  # noqa: SLF001


FEED_SOURCES: Mapping[FeedResource, FeedSource] = {
    FeedResource.PRODUCTS: FeedSource(record_views.PRODUCTS, KeyScope.READ_CATALOG),
    FeedResource.VARIATIONS: FeedSource(record_views.VARIATIONS, KeyScope.READ_CATALOG),
    FeedResource.CATEGORIES: FeedSource(record_views.CATEGORIES, KeyScope.READ_CATALOG),
    FeedResource.COUPONS: FeedSource(record_views.COUPONS, KeyScope.READ_CATALOG),
    FeedResource.ORDERS: FeedSource(record_views.ORDERS, KeyScope.READ_ORDERS),
    FeedResource.CUSTOMERS: FeedSource(record_views.CUSTOMERS, KeyScope.READ_ORDERS),
    # Reports that the portal has erased its copy of a store.
    FeedResource.STORES: FeedSource(None, None),
}
RESOURCE_OF_TABLE = {source.mirror_table: name for name, source in FEED_SOURCES.items()}


def readable_stores(key: ApiKey) -> dict[int, tuple[str, ...]]:
    """Return what the key may read, by store, for all stores that it reaches.

    Of a disconnected store that is only whether the portal has erased its copy. Else it is mirror
    tables, and the terms of sale that change the records of products, if there are any: a reader
    whose terms have changed has to read the store again, as with other tables.
    """
    consents = consents_reached(key).select(
        ChannelConsent.store,
        ChannelConsent.scopes,
        ChannelConsent.stock_buffer,
        ChannelConsent.selling_paused_at,
        Store.state,
    )
    tables: dict[tuple[str, ...], tuple[str, ...]] = {}
    found: dict[int, tuple[str, ...]] = {}
    # As attributes of one object: a list of all stores would make twice as many.
    rows: Iterable[Any] = consents.order_by(ChannelConsent.store).objects()
    for consent in rows:
        is_disconnected = consent.state == StoreState.DISCONNECTED
        scopes = () if is_disconnected else tuple(consent.scopes)
        if scopes not in tables:
            tables[scopes] = _mirror_tables(key.scopes, scopes)
        found[consent.store_id] = (*tables[scopes], *_marks(terms_of(consent), tables[scopes]))
    return found


def _marks(terms: SaleTerms, tables: Collection[str]) -> tuple[str, ...]:
    """Return texts that differ whenever the terms change the records that can be read."""
    if terms == OWN_TERMS or record_views.PRODUCTS.name not in tables:
        return ()
    return (f"{terms.stock_buffer} held back, paused: {terms.is_selling_paused}",)


def _mirror_tables(key_scopes: Iterable[str], consented: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        source.mirror_table
        for source in FEED_SOURCES.values()
        if source.scope is None or is_allowed(source.scope, key_scopes, consented)
    )


def records_of(key: ApiKey, entries: Iterable[FeedEntry]) -> dict[tuple[int, str, int], Row]:
    """Return the present records of these entries by store, mirror table and id, as the key's
    channel may sell them.

    A deleted record has none. One statement for each store and resource, and one for order items.
    """
    entries = list(entries)
    store_ids = {entry.store_id for entry in entries}
    terms = terms_by_store(key.channel_id, store_ids)
    stores = {store.id: store for store in Store.select().where(Store.id.in_(store_ids))}
    wanted: dict[tuple[int, str], set[int]] = {}
    for entry in entries:
        wanted.setdefault((entry.store_id, entry.mirror_table), set()).add(entry.remote_id)
    return {
        (store_id, table, remote_id): row
        for (store_id, table), ids in wanted.items()
        for remote_id, row in _records(
            stores[store_id], table, sorted(ids), terms.get(store_id, OWN_TERMS)
        ).items()
    }


def _records(
    store: Store, mirror_table: str, ids: Sequence[int], terms: SaleTerms
) -> dict[int, Row]:
    source = FEED_SOURCES[RESOURCE_OF_TABLE[mirror_table]].view
    if source is None:
        return {}
    view = offered_view(source, terms)
    return read_by_ids(view, store, ids, fields=fields_of(view))
