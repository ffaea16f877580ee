"""Do what the control API and the control pages both offer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from portal.sandbox.checks import HIGHEST, whole
from portal.sandbox.opening import Assortment, open_shop
from portal.sandbox.parts import Parts

RECORDS_LIMIT = 1_000_000


def add_store(parts: Parts, wish: dict[str, Any]) -> int:
    """Make a store with a made-up shop and return its number; raise ValueError if impossible."""
    counts = {kind.name: whole(wish, kind.name, 0, 0, RECORDS_LIMIT) for kind in fields(Assortment)}
    number = whole(wish, "store_id", None, 1, HIGHEST) if wish.get("store_id") else None
    seed = whole(wish, "seed", 0, 0, HIGHEST) if "seed" in wish else None
    if counts["orders"] and not counts["products"]:
        raise ValueError("a shop without products has sold nothing: orders must be 0")
    with parts.state.writing():
        store_id = parts.stores.create(
            str(wish.get("name") or "Juniper & Clay"),
            str(wish.get("plan") or "Business"),
            number,
        )
        open_shop(parts, store_id, Assortment(**counts), store_id if seed is None else seed)
    return store_id


def change_prices(parts: Parts, store_id: int, wish: Mapping[str, Any]) -> int:
    """Change the prices of up to ``count`` products picked at random; return how many."""
    parts.stores.existing(store_id)
    count = whole(wish, "count", None, 1, RECORDS_LIMIT)
    rows = parts.state.rows(
        "SELECT id, price FROM product WHERE store = ? ORDER BY random() LIMIT ?", store_id, count
    )
    for row in rows:
        step = random.choice((-0.5, 0.5, 1, 2))  # noqa: S311 - a price, not a secret
        price = round(max(0.5, (row["price"] or 0) + step), 2)
        parts.products.update(store_id, row["id"], {"price": price})
    return len(rows)
