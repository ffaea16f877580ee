"""Endpoints of order statuses."""

from __future__ import annotations

from typing import Any

from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    # Source (documented): REST docs, "Search order statuses", "Get order status" and "Update custom
    # order status": the list's address is in the plural, that of one status in the singular.
    statuses = parts.order_statuses

    # Source (documented): REST docs, "Search order statuses".
    @endpoint("/profile/order_statuses", "read_store_profile")
    def list_order_statuses(store: Any) -> Any:
        return {"items": statuses.all(store["id"])}

    # Source (documented): REST docs, "Get order status".
    @endpoint("/profile/order_status/<status_id>", "read_store_profile")
    def order_status(store: Any, status_id: str) -> Any:
        return statuses.get(store["id"], status_id)

    # Source (documented): REST docs, "Update order status".
    @endpoint("/profile/order_status/<status_id>", "update_store_profile", "PUT")
    def update_order_status(store: Any, status_id: str) -> Any:
        statuses.update(store["id"], status_id, body())
        return {"updateCount": 1}
