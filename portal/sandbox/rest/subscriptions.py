"""Endpoints of recurring subscriptions."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sandbox.listing import page_of, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body

ITEM_PATH = "/subscriptions/<int:subscription_id>"


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""

    # Source (documented): REST docs, "Search recurring subscriptions".
    @endpoint("/subscriptions", "read_subscriptions")
    def list_subscriptions(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        found = parts.subscriptions.search(store["id"], request.args)
        return page_of(found, offset, limit)

    # Source (documented): REST docs, "Get recurring subscription".
    @endpoint(ITEM_PATH, "read_subscriptions")
    def subscription(store: Any, subscription_id: int) -> Any:
        return parts.subscriptions.get(store["id"], subscription_id)

    # Source (documented): REST docs, "Update recurring subscription".
    @endpoint(ITEM_PATH, "update_subscriptions", "PUT")
    def update_subscription(store: Any, subscription_id: int) -> Any:
        parts.subscriptions.update(store["id"], subscription_id, body())
        return {"updateCount": 1}
