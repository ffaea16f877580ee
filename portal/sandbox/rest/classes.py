"""Endpoints of product classes. The list is a plain JSON array."""

from __future__ import annotations

from typing import Any

from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    classes = parts.classes

    # Source (documented): REST docs, GET /classes.
    @endpoint("/classes", "read_catalog")
    def list_classes(store: Any) -> Any:
        return classes.all(store["id"])

    # Source (documented): REST docs, POST /classes.
    @endpoint("/classes", "create_catalog", "POST")
    def create_class(store: Any) -> Any:
        return {"id": classes.create(store["id"], body())}

    # Source (client): pyecwid and ecwid-api-client, product types.
    @endpoint("/classes/<int:class_id>", "read_catalog")
    def product_class(store: Any, class_id: int) -> Any:
        return classes.get(store["id"], class_id)

    # Source (client): pyecwid and ecwid-api-client, product types.
    @endpoint("/classes/<int:class_id>", "update_catalog", "PUT")
    def update_class(store: Any, class_id: int) -> Any:
        classes.update(store["id"], class_id, body())
        return {"updateCount": 1}

    # Source (client): pyecwid and ecwid-api-client, product types.
    @endpoint("/classes/<int:class_id>", "update_catalog", "DELETE")
    def delete_class(store: Any, class_id: int) -> Any:
        classes.delete(store["id"], class_id)
        return {"deleteCount": 1}
