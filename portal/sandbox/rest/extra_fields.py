"""Endpoints of an order's extra fields."""

from __future__ import annotations

from typing import Any

from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.extra_fields import (
    extra_field,
    extra_field_list,
    find_extra_field,
    new_extra_field,
    order_changes,
)
from portal.sandbox.rest.endpoints import Endpoint, body

LIST_PATH = "/orders/<reference>/extraFields"
ITEM_PATH = f"{LIST_PATH}/<field_id>"


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""

    def fields_of(store: Any, reference: str) -> list[Body]:
        return extra_field_list(parts.orders.get(store["id"], reference))

    def save(store: Any, reference: str, fields: list[Body]) -> None:
        parts.orders.update(store["id"], reference, order_changes(fields))

    # Source (documented): REST docs, "Search order extra fields": an array.
    @endpoint(LIST_PATH, "read_orders")
    def extra_fields(store: Any, reference: str) -> Any:
        return fields_of(store, reference)

    # Source (documented): REST docs, "Add extra fields to order": createCount is 1 or 0.
    # Source (assumed): An extra field whose id the order has already isn't added.
    @endpoint(LIST_PATH, "update_orders", "POST")
    def add_extra_field(store: Any, reference: str) -> Any:
        new = new_extra_field(body())
        known = fields_of(store, reference)
        if any(field["id"] == new["id"] for field in known):
            return {"createCount": 0}
        save(store, reference, [*known, new])
        return {"createCount": 1}

    # Source (documented): REST docs, "Update order extra field": the answer, and 404 for an
    # unknown field.
    # Source (assumed): The id of an extra field can't be changed.
    @endpoint(ITEM_PATH, "update_orders", "PUT")
    def update_extra_field(store: Any, reference: str, field_id: str) -> Any:
        known = fields_of(store, reference)
        find_extra_field(known, field_id).update(extra_field(body()), id=field_id)
        save(store, reference, known)
        return {"updateCount": 1}

    # Source (documented): REST docs, "Delete order extra field".
    @endpoint(ITEM_PATH, "update_orders", "DELETE")
    def delete_extra_field(store: Any, reference: str, field_id: str) -> Any:
        known = fields_of(store, reference)
        known.remove(find_extra_field(known, field_id))
        save(store, reference, known)
        return {"deleteCount": 1}
