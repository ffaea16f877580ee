"""Do what the control API and the control pages both offer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from portal.sandbox.checks import HIGHEST, whole
from portal.sandbox.parts import Parts

PRODUCTS_LIMIT = 1_000_000


def add_store(parts: Parts, wish: dict[str, Any]) -> int:
    """Make a store with a made-up shop and return its number; raise ValueError if impossible."""
    count = whole(wish, "products", 0, 0, PRODUCTS_LIMIT)
    number = whole(wish, "store_id", None, 1, HIGHEST) if wish.get("store_id") else None
    seed = whole(wish, "seed", 0, 0, HIGHEST) if "seed" in wish else None
    with parts.state.writing():
        store_id = parts.stores.create(
            str(wish.get("name") or "Juniper & Clay"),
            str(wish.get("plan") or "Business"),
            number,
        )
        parts.catalogue.fill(store_id, count, store_id if seed is None else seed)
    return store_id


def change_prices(parts: Parts, store_id: int, wish: Mapping[str, Any]) -> int:
    """Change the prices of up to ``count`` products picked at random; return how many."""
    parts.stores.existing(store_id)
    count = whole(wish, "count", None, 1, PRODUCTS_LIMIT)
    rows = parts.state.rows(
        "SELECT id, price FROM product WHERE store = ? ORDER BY random() LIMIT ?", store_id, count
    )
    for row in rows:
        step = random.choice((-0.5, 0.5, 1, 2))  # noqa: S311 - a price, not a secret
        price = round(max(0.5, (row["price"] or 0) + step), 2)
        parts.catalogue.update_product(store_id, row["id"], {"price": price})
    return len(rows)
