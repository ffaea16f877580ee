"""Endpoints of promotions."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sandbox.listing import page_of, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    # Source (assumed): Deleting a promotion needs the scope update_promotion.
    promotions = parts.promotions

    # Source (documented): REST docs, "Search promotions".
    @endpoint("/promotions", "read_promotion")
    def list_promotions(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        return page_of(promotions.all(store["id"]), offset, limit)

    # Source (documented): REST docs, "Create promotion".
    @endpoint("/promotions", "create_promotion", "POST")
    def create_promotion(store: Any) -> Any:
        return {"id": promotions.create(store["id"], body())}

    # Source (documented): REST docs, "Update promotion".
    @endpoint("/promotions/<int:promotion_id>", "update_promotion", "PUT")
    def update_promotion(store: Any, promotion_id: int) -> Any:
        promotions.update(store["id"], promotion_id, body())
        return {"updateCount": 1}

    # Source (documented): REST docs, "Delete promotion".
    @endpoint("/promotions/<int:promotion_id>", "update_promotion", "DELETE")
    def delete_promotion(store: Any, promotion_id: int) -> Any:
        promotions.delete(store["id"], promotion_id)
        return {"deleteCount": 1}
