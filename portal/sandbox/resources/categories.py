"""Keep the categories of the sandbox's stores."""

from __future__ import annotations

from typing import Any

from portal.sandbox.checks import MissingError, WrongParameterError, category_fields
from portal.sandbox.events import EventLog
from portal.sandbox.kinds import CATEGORY, Body
from portal.sandbox.records import Records
from portal.sandbox.state import State


class Categories:
    """Read and change categories; every change causes its webhook event."""

    def __init__(self, state: State, records: Records, events: EventLog) -> None:
        self._state = state
        self._records = records
        self._events = events

    def all(self, store_id: int) -> list[Body]:
        """Return every category as it is now, in the order they were made."""
        rows = self._state.rows("SELECT id FROM category WHERE store = ? ORDER BY id", store_id)
        found = (self._records.get(CATEGORY, store_id, row["id"]) for row in rows)
        return [category for category in found if category is not None]

    def get(self, store_id: int, category_id: int) -> Body:
        """Return one category; raise MissingError if there is none of this id."""
        found = self._records.get(CATEGORY, store_id, category_id)
        if found is None:
            raise MissingError("CATEGORIES_NOT_FOUND", f"Category #{category_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a category and return its id; raise WrongParameterError for a wrong field."""
        fields = category_fields(given)
        if "name" not in fields:
            raise WrongParameterError("Field Category.name is absent")
        with self._state.writing():
            category_id = self._records.take_ids(store_id)
            body = {"enabled": True, "orderBy": 10, **fields, "id": category_id}
            self._records.put(CATEGORY, store_id, [body])
            self._events.emit(store_id, "category.created", category_id)
        return category_id

    def update(self, store_id: int, category_id: int, given: Any) -> None:
        """Change a category; raise MissingError or WrongParameterError."""
        fields = category_fields(given)
        with self._state.writing():
            body = {**self.get(store_id, category_id), **fields, "id": category_id}
            self._records.put(CATEGORY, store_id, [body])
            self._events.emit(store_id, "category.updated", category_id)

    def delete(self, store_id: int, category_id: int) -> None:
        """Delete a category and note it in the history; raise MissingError if there is none."""
        with self._state.writing():
            if not self._records.remove(CATEGORY, store_id, category_id):
                self.get(store_id, category_id)
            self._events.emit(store_id, "category.deleted", category_id)

    def below(self, store_id: int, category_ids: tuple[int, ...]) -> set[int]:
        """Return these categories and all below them."""
        found = set(category_ids)
        fresh = found
        while fresh:
            marks = ",".join("?" * len(fresh))
            rows = self._state.rows(
                f"SELECT id FROM category WHERE store = ? AND parent IN ({marks})",  # noqa: S608 - marks only
                store_id,
                *fresh,
            )
            fresh = {row["id"] for row in rows} - found
            found |= fresh
        return found
