"""Keep the product classes of the sandbox's stores; each has General besides those of its own."""

from __future__ import annotations

import json
from typing import Any

from portal.sandbox.checks import (
    MissingError,
    WrongParameterError,
    check_kinds,
    is_text,
    json_object,
)
from portal.sandbox.events import EventLog
from portal.sandbox.filters import Search
from portal.sandbox.kinds import PRODUCT_CLASS, Body
from portal.sandbox.records import Records
from portal.sandbox.state import State

GENERAL: Body = {"id": 0, "name": "General", "attributes": []}
OLDEST_FIRST = Search((), (), "id")
# The list has no pages, and no store sorts its products into more.
MOST = 1_000


class Classes:
    """Read and change product classes; every change causes its webhook event."""

    def __init__(self, state: State, records: Records, events: EventLog) -> None:
        self._state = state
        self._records = records
        self._events = events

    def all(self, store_id: int) -> list[Body]:
        """Return General and the store's own classes, oldest first."""
        _, texts = self._records.search(PRODUCT_CLASS, store_id, OLDEST_FIRST, limit=MOST)
        return [GENERAL, *map(json.loads, texts)]

    def get(self, store_id: int, class_id: int) -> Body:
        """Return one class; raise MissingError if there is none of this id."""
        if class_id == GENERAL["id"]:
            return GENERAL
        found = self._records.get(PRODUCT_CLASS, store_id, class_id)
        if found is None:
            # The message is in the official client's tests, the code isn't known.
            raise MissingError("", f"Product class #{class_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a class and return its id; raise WrongParameterError for a wrong field."""
        fields = _class_fields(given)
        if "name" not in fields:
            raise WrongParameterError("Field ProductClass.name is absent")
        with self._state.writing():
            class_id = self._records.take_ids(store_id)
            self._save(store_id, "created", {"attributes": [], **fields, "id": class_id})
        return class_id

    def update(self, store_id: int, class_id: int, given: Any) -> None:
        """Change a class; raise MissingError or WrongParameterError, that for General, too."""
        fields = _class_fields(given)
        _check_own(class_id)
        with self._state.writing():
            changed = {**self.get(store_id, class_id), **fields, "id": class_id}
            self._save(store_id, "updated", changed)

    def delete(self, store_id: int, class_id: int) -> None:
        """Delete a class; raise MissingError, or WrongParameterError for General."""
        _check_own(class_id)
        with self._state.writing():
            if not self._records.remove(PRODUCT_CLASS, store_id, class_id):
                self.get(store_id, class_id)
            self._events.emit(store_id, "product_class.deleted", class_id)

    def _save(self, store_id: int, what: str, body: Body) -> None:
        unnumbered = [attribute for attribute in body["attributes"] if "id" not in attribute]
        first = self._records.take_ids(store_id, len(unnumbered))
        for number, attribute in enumerate(unnumbered, first):
            attribute["id"] = number
        self._records.put(PRODUCT_CLASS, store_id, [body])
        self._events.emit(store_id, f"product_class.{what}", body["id"])


def _check_own(class_id: int) -> None:
    if class_id == GENERAL["id"]:
        raise WrongParameterError("The product class General stays as it is")


def _class_fields(given: Any) -> Body:
    fields = json_object(given)
    check_kinds("ProductClass", fields, CLASS_KINDS)
    return fields


def _are_attributes(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and is_text(item.get("name")) for item in value
    )


CLASS_KINDS = {"name": is_text, "googleTaxonomy": is_text, "attributes": _are_attributes}
