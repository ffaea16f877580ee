"""Write products and categories into the mirror; unreadable ones go to quarantine.

Mapping needs no database; every other function runs inside the caller's transaction and makes no
network call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from portal.ecwid.catalog import category_row, product_rows
from portal.models import Category, Product, Resource, Variation
from portal.models.bulk import StoredRow, in_values, to_stored_row
from portal.services.mirror.map_records import MappedRecords, map_records
from portal.services.mirror.mark_deleted import mark_deleted_and_publish
from portal.services.mirror.mirror_records import (
    SaveResult,
    quarantine_refused,
    resolve,
    save_result,
    save_rows,
)
from portal.services.outbox.publish import publish_records


class StoredProduct(NamedTuple):
    """Hold the row of a product and those of its variations, as the database takes them."""

    product: StoredRow
    variations: list[StoredRow]


def map_products(store_id: int, payloads: Sequence[Any], read_at: datetime) -> MappedRecords:
    """Return the rows of products, with their variations, as read; needs no database."""
    return map_records(_stored_product, store_id, payloads, read_at)


def write_products(mapped: MappedRecords) -> SaveResult:
    """Write mapped products with their variations; newer rows stay.

    Variations that a product no longer has are marked deleted. Of a product that the mirror has
    newer, the variations stay as they are, too.
    """
    store_id, read_at = mapped.store_id, mapped.read_at
    quarantined = quarantine_refused(Resource.PRODUCTS, mapped)
    found: dict[int, StoredProduct] = {}
    for rows in mapped.rows:
        product_id = rows.product["remote_id"]
        if product_id not in found or _is_newer(rows, found[product_id]):
            found[product_id] = rows
    done = Product.write(rows.product for rows in found.values())
    current = list(found)
    if done.written < len(found):
        current = _ids_of_read(store_id, found, read_at)
    Variation.write(row for product_id in current for row in found[product_id].variations)
    Variation.mark_deleted(
        (Variation.store == store_id)
        & in_values(Variation.product_id, current)
        & (Variation.synced_at < read_at),
        read_at=read_at,
    )
    resolve(store_id, Resource.PRODUCTS, found)
    publish_records(store_id, Resource.PRODUCTS, done, (rows.product for rows in found.values()))
    return save_result(mapped, done, quarantined)


def save_products(store_id: int, payloads: Sequence[Any], read_at: datetime) -> SaveResult:
    """Write products with their variations, as read at ``read_at``; newer rows stay."""
    return write_products(map_products(store_id, payloads, read_at))


def save_categories(store_id: int, payloads: Sequence[Any], read_at: datetime) -> SaveResult:
    """Write categories as read at ``read_at``; rows of a later read stay."""
    return save_rows(Category, Resource.CATEGORIES, category_row, store_id, payloads, read_at)


def mark_products_deleted(store_id: int, product_ids: Iterable[int], read_at: datetime) -> int:
    """Mark products and their variations as deleted; their absence must have been confirmed."""
    ids = list(product_ids)
    # Products first, as when they are written: else the two could wait for each other.
    count = mark_deleted_and_publish(Product, Resource.PRODUCTS, store_id, ids, read_at)
    Variation.mark_deleted(
        (Variation.store == store_id) & in_values(Variation.product_id, ids), read_at=read_at
    )
    return count


def mark_categories_deleted(store_id: int, category_ids: Iterable[int], read_at: datetime) -> int:
    """Mark categories as deleted; their absence must have been confirmed."""
    return Category.mark_deleted(Category.matching(store_id, list(category_ids)), read_at=read_at)


def _stored_product(store_id: int, payload: Any, read_at: datetime) -> StoredProduct:
    rows = product_rows(store_id, payload, read_at)
    variations = [to_stored_row(Variation, variation) for variation in rows.variations]
    return StoredProduct(to_stored_row(Product, rows.product), variations)


def _is_newer(rows: StoredProduct, other: StoredProduct) -> bool:
    newer: bool = rows.product["remote_updated_at"] > other.product["remote_updated_at"]
    return newer


def _ids_of_read(store_id: int, product_ids: Iterable[int], read_at: datetime) -> list[int]:
    """Return those of the products whose row is what was read at ``read_at``, not newer."""
    rows = Product.select(Product.remote_id).where(
        Product.matching(store_id, list(product_ids)),
        Product.synced_at == read_at,
        Product.deleted_at.is_null(),
    )
    return [row.remote_id for row in rows]
