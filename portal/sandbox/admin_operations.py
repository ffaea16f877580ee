"""Operations that the admin API and the admin pages share."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from typing import Any

from portal.sandbox.parts import Parts
from portal.sandbox.sample_data.fill_store import SampleSize, fill_store
from portal.sandbox.validation import MAX_INTEGER, parse_integer

RECORDS_LIMIT = 1_000_000


def add_store(parts: Parts, fields: dict[str, Any]) -> int:
    """Create a store with sample data and return its id; raise ValueError for invalid fields."""
    counts = {
        resource.name: parse_integer(fields, resource.name, 0, 0, RECORDS_LIMIT)
        for resource in dataclasses.fields(SampleSize)
    }
    store_id = None
    if fields.get("store_id"):
        store_id = parse_integer(fields, "store_id", None, 1, MAX_INTEGER)
    seed = parse_integer(fields, "seed", 0, 0, MAX_INTEGER) if "seed" in fields else None
    if counts["orders"] and not counts["products"]:
        raise ValueError("a store without products can't have orders: orders must be 0")
    with parts.state.transaction():
        store_id = parts.stores.create(
            str(fields.get("name") or "Juniper & Clay"),
            str(fields.get("plan") or "Business"),
            store_id,
        )
        fill_store(parts, store_id, SampleSize(**counts), store_id if seed is None else seed)
    return store_id


def change_prices(parts: Parts, store_id: int, options: Mapping[str, Any]) -> int:
    """Change the prices of up to ``count`` random products; return how many changed."""
    parts.stores.get_existing(store_id)
    count = parse_integer(options, "count", None, 1, RECORDS_LIMIT)
    rows = parts.state.rows(
        "SELECT id, price FROM product WHERE store = ? ORDER BY random() LIMIT ?", store_id, count
    )
    for row in rows:
        step = random.choice((-0.5, 0.5, 1, 2))  # noqa: S311 - not a secret
        price = round(max(0.5, (row["price"] or 0) + step), 2)
        parts.products.update(store_id, row["id"], {"price": price})
    return len(rows)
