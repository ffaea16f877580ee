"""Product classes. Every store also has the class General."""

from __future__ import annotations

from typing import Any

from portal.sandbox.events import EventPublisher
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import PRODUCT_CLASS, Body
from portal.sandbox.state import State
from portal.sandbox.validation import (
    NotFoundError,
    WrongParameterError,
    check_types,
    is_text,
    require_object,
)

# Source (documented): REST docs, GET /classes: the class with the id 0 is General.
GENERAL: Body = {"id": 0, "name": "General", "attributes": []}


class Classes:
    """Reads and changes product classes. Every change emits its webhook event."""

    def __init__(self, state: State, records: Records, events: EventPublisher) -> None:
        self._state = state
        self._records = records
        self._events = events

    def all(self, store_id: int) -> list[Body]:
        """Return General and the store's own classes, oldest first."""
        # The API returns all classes without pagination.
        return [GENERAL, *self._records.all(PRODUCT_CLASS, store_id)]

    def get(self, store_id: int, class_id: int) -> Body:
        """Return a class; raise NotFoundError if it doesn't exist."""
        if class_id == GENERAL["id"]:
            return GENERAL
        found = self._records.get(PRODUCT_CLASS, store_id, class_id)
        if found is None:
            # Source (client): ecwid-java-api-client, ProductTypesTest: the message.
            raise NotFoundError("", f"Product class #{class_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a class and return its id; raise WrongParameterError for an invalid field."""
        fields = _class_fields(given)
        if "name" not in fields:
            raise WrongParameterError("Field ProductClass.name is absent")
        with self._state.transaction():
            class_id = self._records.allocate_ids(store_id)
            self._save(store_id, "created", {"attributes": [], **fields, "id": class_id})
        return class_id

    def update(self, store_id: int, class_id: int, given: Any) -> None:
        """Change a class; raise NotFoundError, or WrongParameterError for General."""
        fields = _class_fields(given)
        _check_editable(class_id)
        with self._state.transaction():
            changed = {**self.get(store_id, class_id), **fields, "id": class_id}
            self._save(store_id, "updated", changed)

    def delete(self, store_id: int, class_id: int) -> None:
        """Delete a class; raise NotFoundError, or WrongParameterError for General."""
        _check_editable(class_id)
        with self._state.transaction():
            if not self._records.remove(PRODUCT_CLASS, store_id, class_id):
                self.get(store_id, class_id)
            self._events.emit(store_id, "product_class.deleted", class_id)

    def _save(self, store_id: int, change: str, body: Body) -> None:
        unnumbered = [attribute for attribute in body["attributes"] if "id" not in attribute]
        first = self._records.allocate_ids(store_id, len(unnumbered))
        for number, attribute in enumerate(unnumbered, first):
            attribute["id"] = number
        self._records.put(PRODUCT_CLASS, store_id, [body])
        self._events.emit(store_id, f"product_class.{change}", body["id"])


def _check_editable(class_id: int) -> None:
    # Source (assumed): The product class General can't be changed or deleted.
    if class_id == GENERAL["id"]:
        raise WrongParameterError("The product class General can't be changed")


def _class_fields(given: Any) -> Body:
    fields = require_object(given)
    check_types("ProductClass", fields, CLASS_FIELD_TYPES)
    return fields


def _is_attribute_list(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and is_text(item.get("name")) for item in value
    )


CLASS_FIELD_TYPES = {"name": is_text, "googleTaxonomy": is_text, "attributes": _is_attribute_list}
