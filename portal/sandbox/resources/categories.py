"""Categories."""

from __future__ import annotations

from typing import Any

from portal.sandbox.events import EventPublisher
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import CATEGORY, Body
from portal.sandbox.state import State
from portal.sandbox.validation import NotFoundError, WrongParameterError, category_fields


class Categories:
    """Reads and changes categories. Every change emits its webhook event."""

    def __init__(self, state: State, records: Records, events: EventPublisher) -> None:
        self._state = state
        self._records = records
        self._events = events

    def all(self, store_id: int) -> list[Body]:
        """Return all current categories of a store, oldest first."""
        rows = self._state.rows("SELECT id FROM category WHERE store = ? ORDER BY id", store_id)
        found = (self._records.get(CATEGORY, store_id, row["id"]) for row in rows)
        return [category for category in found if category is not None]

    def get(self, store_id: int, category_id: int) -> Body:
        """Return a category; raise NotFoundError if it doesn't exist."""
        found = self._records.get(CATEGORY, store_id, category_id)
        if found is None:
            raise NotFoundError("CATEGORIES_NOT_FOUND", f"Category #{category_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a category and return its id; raise WrongParameterError for an invalid field."""
        fields = category_fields(given)
        if "name" not in fields:
            raise WrongParameterError("Field Category.name is absent")
        with self._state.transaction():
            category_id = self._records.allocate_ids(store_id)
            body = {"enabled": True, "orderBy": 10, **fields, "id": category_id}
            self._records.put(CATEGORY, store_id, [body])
            self._events.emit(store_id, "category.created", category_id)
        return category_id

    def update(self, store_id: int, category_id: int, given: Any) -> None:
        """Change a category; raise NotFoundError or WrongParameterError."""
        fields = category_fields(given)
        with self._state.transaction():
            body = {**self.get(store_id, category_id), **fields, "id": category_id}
            self._records.put(CATEGORY, store_id, [body])
            self._events.emit(store_id, "category.updated", category_id)

    def delete(self, store_id: int, category_id: int) -> None:
        """Delete a category; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            if not self._records.remove(CATEGORY, store_id, category_id):
                self.get(store_id, category_id)
            self._events.emit(store_id, "category.deleted", category_id)

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
