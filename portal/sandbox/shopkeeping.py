"""Do what the control API and the control pages both offer."""

from __future__ import annotations

import random
from typing import Any

from portal.sandbox.parts import Parts

PRODUCTS_LIMIT = 1_000_000


def add_store(parts: Parts, wish: dict[str, Any]) -> int:
    """Make a store with a made-up shop and return its number; raise ValueError if impossible."""
    count = int(wish.get("products", 0))
    if not 0 <= count <= PRODUCTS_LIMIT:
        raise ValueError(f"a store has up to {PRODUCTS_LIMIT:,} products")
    number = wish.get("store_id")
    with parts.state.writing():
        store_id = parts.stores.create(
            str(wish.get("name") or "Juniper & Clay"),
            str(wish.get("plan") or "Business"),
            int(number) if number else None,
        )
        parts.catalogue.fill(store_id, count, int(wish.get("seed", store_id)))
    return store_id


def change_prices(parts: Parts, store_id: int, count: int) -> int:
    """Change the prices of up to ``count`` products picked at random; return how many."""
    rows = parts.state.rows(
        "SELECT id, price FROM product WHERE store = ? ORDER BY random() LIMIT ?", store_id, count
    )
    for row in rows:
        step = random.choice((-0.5, 0.5, 1, 2))  # noqa: S311 - a price, not a secret
        price = round(max(0.5, (row["price"] or 0) + step), 2)
        parts.catalogue.update_product(store_id, row["id"], {"price": price})
    return len(rows)
