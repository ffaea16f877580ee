"""Products with their variations and stock."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from portal.sandbox.events import EventPublisher
from portal.sandbox.ids import with_ids
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import PRODUCT, Body
from portal.sandbox.resources.product_body import IMAGE_PATH, product_body
from portal.sandbox.resources.product_fields import product_fields
from portal.sandbox.state import State
from portal.sandbox.stores import Stores
from portal.sandbox.validation import (
    MAX_INTEGER,
    ConflictError,
    FeatureUnavailableError,
    NotFoundError,
    WrongParameterError,
    parse_integer,
)

# Source (documented): REST docs, "Errors", COMBINATION_LIMIT_PER_REQUEST_EXCEEDED.
COMBINATIONS_LIMIT = 200


class Products:
    """Reads and changes products. Every change emits its webhook event."""

    def __init__(
        self,
        state: State,
        records: Records,
        events: EventPublisher,
        stores: Stores,
        image_base: Callable[[], str],
    ) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._stores = stores
        self._image_base = image_base

    def update_image_urls(self) -> None:
        """Rewrite the image URLs of stored records if the sandbox's address has changed."""
        for table in ("product", "category"):
            sample = self._state.row(
                f"SELECT body FROM {table} WHERE instr(body, ?) LIMIT 1",  # noqa: S608 - constant name
                IMAGE_PATH,
            )
            old_base = sample and sample["body"].partition(IMAGE_PATH)[0].rpartition('"')[2]
            if old_base and old_base != self._image_base():
                with self._state.transaction() as connection:
                    connection.execute(
                        f"UPDATE {table} SET body = replace(body, ?, ?)",  # noqa: S608 - constant name
                        (old_base + IMAGE_PATH, self._image_base() + IMAGE_PATH),
                    )

    def get(self, store_id: int, product_id: int) -> Body:
        """Return a product's JSON; raise NotFoundError if it doesn't exist."""
        found = self._records.get(PRODUCT, store_id, product_id)
        if found is None:
            raise NotFoundError("PRODUCT_NOT_FOUND", f"Product #{product_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a product and return its id; raise WrongParameterError or ConflictError."""
        fields = product_fields(given, is_new=True)
        now = int(time.time())
        with self._state.transaction():
            self._check(store_id, fields, None)
            product_id = self._records.allocate_ids(store_id)
            product = {**fields, "id": product_id, "created": now, "updated": now}
            self._put(store_id, product)
            self._events.emit(store_id, "product.created", product_id)
        return product_id

    def update(self, store_id: int, product_id: int, given: Any) -> None:
        """Change fields of a product; raise NotFoundError, WrongParameterError or ConflictError."""
        # Source (assumed): An update of a product that contains combinations replaces its
        # variations.
        fields = product_fields(given, is_new=False)
        with self._state.transaction():
            product = self.get(store_id, product_id)
            self._check(store_id, fields, product_id)
            product.update(fields)
            if fields.get("unlimited"):
                product.pop("quantity", None)
            elif "quantity" in fields:
                product["unlimited"] = False
            product["created"] = product["createTimestamp"]
            product["updated"] = int(time.time())
            self._put(store_id, product)
            self._events.emit(store_id, "product.updated", product_id)

    def delete(self, store_id: int, product_id: int) -> None:
        """Delete a product; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            if not self._records.remove(PRODUCT, store_id, product_id):
                self.get(store_id, product_id)
            self._events.emit(store_id, "product.deleted", product_id)

    def delete_all(self, store_id: int) -> int:
        """Delete all products of a store; return the number of deleted products."""
        rows = self._state.rows("SELECT id FROM product WHERE store = ?", store_id)
        with self._state.transaction():
            for row in rows:
                self.delete(store_id, row["id"])
        return len(rows)

    def change_stock(
        self, store_id: int, product_id: int, delta: int, combination_id: int | None = None
    ) -> str | None:
        """Add ``delta`` to the stock of a product or variation.

        Returns a warning if the stock falls below zero.
        """
        # Source (documented): REST docs, PUT /products/{productId}/inventory: the warning.
        product = self.get(store_id, product_id)
        if combination_id is not None:
            target = self.combination(product, combination_id)
            changed: Body = {"combinations": product["combinations"]}
        else:
            target = changed = {"quantity": product.get("quantity", 0)}
        target["quantity"] = (target.get("quantity") or 0) + delta
        if combination_id is not None:
            target.pop("inStock", None)
            target["unlimited"] = False
        self.update(store_id, product_id, changed)
        return "Stock is below zero" if target["quantity"] < 0 else None

    # Variations are stored inside their product's JSON.

    def combination(self, product: Body, combination_id: int) -> Body:
        """Return a variation of a product; raise NotFoundError if it doesn't exist."""
        for found in product["combinations"]:
            if found["id"] == combination_id:
                variation: Body = found
                return variation
        raise NotFoundError("COMBINATION_NOT_FOUND", f"Combination #{combination_id} not found")

    def add_combination(self, store_id: int, product_id: int, fields: Body) -> int:
        """Add a variation and return its id; raise ConflictError if its options already exist."""
        with self._state.transaction():
            product = self.get(store_id, product_id)
            known = product["combinations"]
            # Source (documented): REST docs, "Errors", COMBINATION_DUPLICATED.
            if any(c["options"] == fields.get("options", []) for c in known):
                raise ConflictError("COMBINATION_DUPLICATED", "There is such a combination")
            number = max((c["combinationNumber"] for c in known), default=0) + 1
            new = {
                **fields,
                "id": self._records.allocate_ids(store_id),
                "combinationNumber": number,
            }
            self.update(store_id, product_id, {"combinations": [*known, new]})
        return int(new["id"])

    def update_combination(
        self, store_id: int, product_id: int, combination_id: int, fields: Body
    ) -> None:
        """Change a variation; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            product = self.get(store_id, product_id)
            found = self.combination(product, combination_id)
            found.update({**fields, "id": combination_id})
            if "quantity" in fields:
                found.pop("inStock", None)
                found.pop("unlimited", None)
            self.update(store_id, product_id, {"combinations": product["combinations"]})

    def delete_combination(self, store_id: int, product_id: int, combination_id: int) -> None:
        """Delete a variation; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            product = self.get(store_id, product_id)
            gone = self.combination(product, combination_id)
            left = [c for c in product["combinations"] if c["id"] != gone["id"]]
            self.update(store_id, product_id, {"combinations": left})

    def _put(self, store_id: int, product: Body) -> None:
        store = self._stores.get_existing(store_id)
        combinations = with_ids(
            product.get("combinations", []), partial(self._records.allocate_ids, store_id)
        )
        body = product_body(
            {**product, "combinations": combinations},
            store_url=store["url"],
            image_base=self._image_base(),
            formats=self._stores.settings(store)["formatsAndUnits"],
        )
        self._records.put(PRODUCT, store_id, [body])

    def _check(self, store_id: int, fields: Body, product_id: int | None) -> None:
        """Check uniqueness, the limit of variations and the plan; raise the error if one fails."""
        # Source (documented): REST docs, "Errors": the codes.
        # Source (assumed): No two products of a store have the same SKU.
        for name, column, code in (
            ("sku", "sku", "SKU_ALREADY_EXISTS"),
            ("externalReferenceId", "external", "EXTERNAL_ID_ALREADY_USED"),
        ):
            if fields.get(name) is None:
                continue
            other = self._records.find(PRODUCT, store_id, column, fields[name])
            if other is not None and other["id"] != product_id:
                raise ConflictError(code, f"Product #{other['id']} has the same {name}")
        combinations = fields.get("combinations", [])
        if len(combinations) > COMBINATIONS_LIMIT:
            raise WrongParameterError(
                f"More than {COMBINATIONS_LIMIT} combinations",
                code="COMBINATION_LIMIT_PER_REQUEST_EXCEEDED",
            )
        # Source (assumed): A store without the feature COMBINATIONS gets a 402 when it writes
        # variations.
        if combinations and "COMBINATIONS" not in self._stores.features(
            self._stores.get_existing(store_id)
        ):
            raise FeatureUnavailableError(
                402, "NOT_AVAILABLE_ON_CURRENT_PLAN", "Combinations need a higher plan"
            )


def stock_change(body: Any) -> int:
    """Return the ``quantityDelta`` of a request body."""
    return parse_integer(body, "quantityDelta", None, -MAX_INTEGER, MAX_INTEGER)
