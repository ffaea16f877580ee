"""Turn Ecwid's products and categories into rows of the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.values import Record

Row = dict[str, Any]


@dataclass(frozen=True)
class ProductRows:
    """Hold the row of a product and the rows of its variations."""

    product: Row
    variations: list[Row]


def product_rows(store_id: int, payload: Any, read_at: datetime) -> ProductRows:
    """Return the rows of one product as read at ``read_at``; raise RecordError if impossible.

    A product without an update time counts as updated when it was read. ``quantity`` is absent
    when stock is unlimited. What is wrong with a variation is told of its product, which alone
    can be read again.
    """
    record = Record("products", payload)
    product_id = record.identity()
    updated_at = record.moment("updated", "updateTimestamp") or read_at
    shared = {"store": store_id, "remote_updated_at": updated_at, "synced_at": read_at}
    product = {
        **shared,
        "deleted_at": None,
        "raw": payload,
        "remote_id": product_id,
        "name": record.text("name") or "",
        "sku": record.code("sku"),
        "price": record.money("price"),
        "compare_to_price": record.money("compareToPrice"),
        "quantity": record.count("quantity"),
        "is_in_stock": record.boolean("inStock", default=True),
        "is_enabled": record.boolean("enabled", default=True),
        "url": record.text("url"),
        "thumbnail_url": record.text("thumbnailUrl"),
        "category_ids": record.items("categoryIds"),
        "remote_created_at": record.moment("created", "createTimestamp"),
    }
    variations = [
        {**shared, "product_id": product_id, **_variation(part)}
        for part in record.parts("combinations")
    ]
    return ProductRows(product, variations)


def _variation(record: Record) -> Row:
    return {
        "deleted_at": None,
        "raw": record.payload,
        "remote_id": record.identity(),
        "number": record.count("combinationNumber"),
        "sku": record.code("sku"),
        "options": record.items("options"),
        "price": record.money("price"),
        "quantity": record.count("quantity"),
        "is_in_stock": record.boolean("inStock", default=True),
    }


def category_row(store_id: int, payload: Any, read_at: datetime) -> Row:
    """Return the row of one category as read at ``read_at``; raise RecordError if impossible.

    Ecwid gives categories no update time, so the later read counts as the newer.
    """
    record = Record("categories", payload)
    return {
        "store": store_id,
        "remote_updated_at": read_at,
        "synced_at": read_at,
        "deleted_at": None,
        "raw": payload,
        "remote_id": record.identity(),
        # The top level is told as no parent or as parent 0.
        "parent_id": record.integer("parentId") or None,
        "name": record.text("name") or "",
        "is_enabled": record.boolean("enabled", default=True),
        "product_count": record.count("productCount"),
        "position": record.count("orderBy"),
        "url": record.text("url"),
    }
