"""Keep the products and categories of the sandbox's stores.

A product's JSON is made once, when it changes, and kept as text beside the columns that filters
and sorts need: a page of a hundred is then a matter of joining texts.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable
from typing import Any

from portal.sandbox.checks import HIGHEST, category_fields, product_fields
from portal.sandbox.events import EventLog
from portal.sandbox.product_body import PICTURES, product_body
from portal.sandbox.shop import make_categories, make_products
from portal.sandbox.state import State

INSERT = "INSERT OR REPLACE INTO product VALUES (?,?,?,?,?,?,?,?,?,?,?)"


class Catalogue:
    """Read and change products and categories; every change causes its webhook event."""

    def __init__(self, state: State, events: EventLog, image_base: Callable[[], str]) -> None:
        self._state = state
        self._events = events
        self._image_base = image_base

    def fill(self, store_id: int, count: int, seed: int) -> None:
        """Fill a new store with a made-up shop of ``count`` products; causes no events."""
        now = int(time.time())
        with self._state.writing() as connection:
            first = self._take_ids(store_id, count + 100)
            categories = make_categories(first)
            connection.executemany(
                "INSERT INTO category VALUES (?,?,?)",
                [(store_id, c["id"], json.dumps(c)) for c in categories],
            )
            products = make_products(
                count, seed=seed, first_id=first + 100, categories=categories, now=now
            )
            self._insert(store_id, products)

    def move_pictures(self) -> None:
        """Have kept products point to pictures at the present address, after a move to it."""
        sample = self._state.row("SELECT body FROM product WHERE instr(body, ?) LIMIT 1", PICTURES)
        if sample is None:
            return
        there = json.loads(sample["body"])["imageUrl"].partition(PICTURES)[0]
        if there != self._image_base():
            with self._state.writing() as connection:
                connection.execute(
                    "UPDATE product SET body = replace(body, ?, ?)",
                    (there + PICTURES, self._image_base() + PICTURES),
                )

    def product(self, store_id: int, product_id: int) -> dict[str, Any] | None:
        """Return a product's JSON, or None."""
        row = self._state.row(
            "SELECT body FROM product WHERE store = ? AND id = ?", store_id, product_id
        )
        return None if row is None else json.loads(row["body"])

    def create_product(self, store_id: int, fields: dict[str, Any]) -> int:
        """Add a product and return its id; raise ValueError for a wrong field."""
        fields = product_fields(fields, is_new=True)
        now = int(time.time())
        with self._state.writing():
            product_id = self._take_ids(store_id, 1)
            product = {**fields, "id": product_id, "created": now, "updated": now}
            self._insert(store_id, [product])
            self._touch(store_id, "products")
            self._events.emit(store_id, "product.created", product_id)
        return product_id

    def update_product(self, store_id: int, product_id: int, fields: dict[str, Any]) -> bool:
        """Change fields of a product; False if there is no such product.

        Raises ValueError for a wrong field.
        """
        fields = product_fields(fields, is_new=False)
        with self._state.writing():
            product = self.product(store_id, product_id)
            if product is None:
                return False
            product.update(fields)
            if fields.get("unlimited"):
                product.pop("quantity", None)
            elif "quantity" in fields:
                product["unlimited"] = False
            product["created"] = product["createTimestamp"]
            product["updated"] = int(time.time())
            self._insert(store_id, [product])
            self._touch(store_id, "products")
            self._events.emit(store_id, "product.updated", product_id)
        return True

    def delete_product(self, store_id: int, product_id: int) -> bool:
        """Delete a product and note it in the history; False if there is no such product."""
        return self._delete(store_id, "product", product_id)

    def categories(self, store_id: int) -> list[dict[str, Any]]:
        """Return all categories in the order they were made."""
        rows = self._state.rows("SELECT body FROM category WHERE store = ? ORDER BY id", store_id)
        return [json.loads(row["body"]) for row in rows]

    def category(self, store_id: int, category_id: int) -> dict[str, Any] | None:
        """Return one category, or None."""
        row = self._state.row(
            "SELECT body FROM category WHERE store = ? AND id = ?", store_id, category_id
        )
        return None if row is None else json.loads(row["body"])

    def save_category(
        self, store_id: int, fields: dict[str, Any], category_id: int | None = None
    ) -> int | None:
        """Add a category, or change the one named; return its id, None if there is no such."""
        fields = category_fields(fields)
        with self._state.writing() as connection:
            event = "category.created" if category_id is None else "category.updated"
            known = {} if category_id is None else self.category(store_id, category_id)
            if known is None:
                return None
            new_id = self._take_ids(store_id, 1) if category_id is None else category_id
            body = {"enabled": True, "orderBy": 10, **known, **fields, "id": new_id}
            connection.execute(
                "INSERT OR REPLACE INTO category VALUES (?,?,?)",
                (store_id, new_id, json.dumps(body)),
            )
            self._touch(store_id, "categories")
            self._events.emit(store_id, event, new_id)
        return new_id

    def delete_category(self, store_id: int, category_id: int) -> bool:
        """Delete a category; False if there is no such category."""
        return self._delete(store_id, "category", category_id)

    def _delete(self, store_id: int, kind: str, entity_id: int) -> bool:
        tables = {"product": "products", "category": "categories"}
        if entity_id > HIGHEST:
            return False
        with self._state.writing() as connection:
            gone = connection.execute(
                f"DELETE FROM {kind} WHERE store = ? AND id = ?",  # noqa: S608 - one of two names
                (store_id, entity_id),
            ).rowcount
            if not gone:
                return False
            connection.execute(
                "INSERT INTO deleted VALUES (?,?,?,?)",
                (store_id, kind, entity_id, int(time.time())),
            )
            self._touch(store_id, tables[kind])
            self._events.emit(store_id, f"{kind}.deleted", entity_id)
        return True

    def _insert(self, store_id: int, products: Iterable[dict[str, Any]]) -> None:
        store = self._store(store_id)
        base = self._image_base()
        rows = (
            self._row(
                store_id,
                product,
                product_body(
                    product, store_url=store["url"], image_base=base, currency=store["currency"]
                ),
            )
            for product in products
        )
        self._state.connection.executemany(INSERT, rows)

    @staticmethod
    def _row(store_id: int, product: dict[str, Any], body: dict[str, Any]) -> tuple[Any, ...]:
        categories = "," + ",".join(map(str, body["categoryIds"])) + ","
        return (
            store_id,
            body["id"],
            body["name"],
            body["sku"],
            body["price"],
            body["enabled"],
            body["inStock"],
            product["created"],
            product["updated"],
            categories,
            json.dumps(body, ensure_ascii=False),
        )

    def _store(self, store_id: int) -> sqlite3.Row:
        store = self._state.row("SELECT * FROM store WHERE id = ?", store_id)
        if store is None:
            raise LookupError(f"there is no store {store_id}")
        return store

    def _take_ids(self, store_id: int, count: int) -> int:
        """Return the first of ``count`` ids that nothing in the store has had before."""
        connection = self._state.connection
        first = self._store(store_id)["next_id"]
        connection.execute("UPDATE store SET next_id = next_id + ? WHERE id = ?", (count, store_id))
        return int(first)

    def _touch(self, store_id: int, what: str) -> None:
        self._state.connection.execute(
            f"UPDATE store SET {what}_updated = ? WHERE id = ?",  # noqa: S608 - one of two names
            (int(time.time()), store_id),
        )
