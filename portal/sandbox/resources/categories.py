"""Categories, and the products that are assigned to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.sandbox.events import EventPublisher
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import CATEGORY, Body
from portal.sandbox.resources.products import Products
from portal.sandbox.state import State
from portal.sandbox.validation import NotFoundError, WrongParameterError, category_fields


class Categories:
    """Reads and changes categories. Every change emits its webhook event."""

    def __init__(
        self, state: State, records: Records, events: EventPublisher, products: Products
    ) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._products = products

    def all(self, store_id: int) -> list[Body]:
        """Return all current categories of a store, oldest first."""
        rows = self._state.rows("SELECT id FROM category WHERE store = ? ORDER BY id", store_id)
        found = (self._records.get(CATEGORY, store_id, row["id"]) for row in rows)
        return [category for category in found if category is not None]

    def get(self, store_id: int, category_id: int) -> Body:
        """Return a category without its products; raise NotFoundError if it doesn't exist."""
        found = self._records.get(CATEGORY, store_id, category_id)
        if found is None:
            # Source (client): ecwid-java-api-client, CategoriesTest: the message.
            raise NotFoundError("CATEGORIES_NOT_FOUND", f"Category #{category_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a category and return its id.

        Raises WrongParameterError for an invalid field, NotFoundError for an unknown parent or
        product.
        """
        # Source (documented): older REST docs, "Add new category": name is the only required field.
        fields = category_fields(given)
        if "name" not in fields:
            raise WrongParameterError("Field Category.name is absent")
        product_ids = fields.pop("productIds", ())
        with self._state.transaction():
            self._check_parent(store_id, fields)
            category_id = self._records.allocate_ids(store_id)
            body = {"enabled": True, "orderBy": 10, **fields, "id": category_id}
            self._records.put(CATEGORY, store_id, [body])
            self._events.emit(store_id, "category.created", category_id)
            self._place(store_id, category_id, product_ids, is_in=True)
        return category_id

    def update(self, store_id: int, category_id: int, given: Any) -> None:
        """Change a category; raise NotFoundError or WrongParameterError."""
        fields = category_fields(given)
        product_ids = fields.pop("productIds", None)
        with self._state.transaction():
            body = {**self.get(store_id, category_id), **fields, "id": category_id}
            self._check_parent(store_id, fields)
            self._records.put(CATEGORY, store_id, [body])
            self._events.emit(store_id, "category.updated", category_id)
            if product_ids is not None:
                # Source (client): ecwid-java-api-client, CategoriesTest: the products of an update
                # replace the former ones.
                former = self.product_ids(store_id, category_id)
                gone = set(former) - set(product_ids)
                self._place(store_id, category_id, gone, is_in=False)
                self._place(store_id, category_id, product_ids, is_in=True)

    def delete(self, store_id: int, category_id: int) -> None:
        """Delete a category; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            if not self._records.remove(CATEGORY, store_id, category_id):
                self.get(store_id, category_id)
            self._events.emit(store_id, "category.deleted", category_id)

    def assign(self, store_id: int, category_id: int, product_ids: Iterable[int]) -> bool:
        """Assign products to a category; return False if all of them are in it already.

        Raises NotFoundError for an unknown category or product.
        """
        return self._change(store_id, category_id, product_ids, is_in=True)

    def unassign(self, store_id: int, category_id: int, product_ids: Iterable[int]) -> bool:
        """Remove products from a category; return False if none of them is in it.

        Raises NotFoundError for an unknown category or product.
        """
        return self._change(store_id, category_id, product_ids, is_in=False)

    def product_ids(self, store_id: int, category_id: int) -> list[int]:
        """Return the ids of a category's products, lowest first."""
        # Source (assumed): The productIds of a category are sorted by id.
        rows = self._state.rows(
            "SELECT id FROM product WHERE store = ? AND instr(categories, ?) ORDER BY id",
            store_id,
            f",{category_id},",
        )
        return [row["id"] for row in rows]

    def with_descendants(self, store_id: int, category_ids: tuple[int, ...]) -> set[int]:
        """Return the ids of these categories and all their descendants."""
        found = set(category_ids)
        level = found
        while level:
            marks = ",".join("?" * len(level))
            rows = self._state.rows(
                f"SELECT id FROM category WHERE store = ? AND parent IN ({marks})",  # noqa: S608 - placeholders only
                store_id,
                *level,
            )
            level = {row["id"] for row in rows} - found
            found |= level
        return found

    def _check_parent(self, store_id: int, fields: Body) -> None:
        # Source (documented): older REST docs, "Add new category": 404 for an unknown parent.
        if fields.get("parentId"):
            self.get(store_id, fields["parentId"])

    def _change(
        self, store_id: int, category_id: int, product_ids: Iterable[int], *, is_in: bool
    ) -> bool:
        with self._state.transaction():
            category = self.get(store_id, category_id)
            is_changed = self._place(store_id, category_id, product_ids, is_in=is_in)
            if is_changed:
                # Source (assumed): Assigning products to a category emits category.updated, and
                # product.updated for each product whose categories change.
                self._records.put(CATEGORY, store_id, [category])
                self._events.emit(store_id, "category.updated", category_id)
        return is_changed

    def _place(
        self, store_id: int, category_id: int, product_ids: Iterable[int], *, is_in: bool
    ) -> bool:
        """Put products into the category or take them out; return whether any was changed."""
        is_changed = False
        for product_id in product_ids:
            categories = self._products.get(store_id, product_id)["categoryIds"]
            if (category_id in categories) != is_in:
                others = [other for other in categories if other != category_id]
                changes = {"categoryIds": [*others, category_id] if is_in else others}
                self._products.update(store_id, product_id, changes)
                is_changed = True
        return is_changed
