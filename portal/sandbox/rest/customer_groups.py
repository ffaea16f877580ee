"""Endpoints of customer groups."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sandbox.listing import page_of, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    groups = parts.customer_groups

    # Source (documented): REST docs, "Search customer groups", with customerGroupId and keyword.
    @endpoint("/customer_groups", "read_customers")
    def list_groups(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        wanted = request.args.get("customerGroupId", "").replace(" ", "")
        ids = set(wanted.split(",")) - {""}
        keyword = request.args.get("keyword", "").lower()
        found = [
            group
            for group in groups.all(store["id"])
            if (not ids or str(group["id"]) in ids) and keyword in group["name"].lower()
        ]
        return page_of(found, offset, limit)

    # Source (documented): REST docs, "Create customer group".
    @endpoint("/customer_groups", "create_customers", "POST")
    def create_group(store: Any) -> Any:
        return {"id": groups.create(store["id"], body())}

    # Source (documented): REST docs, "Get customer group".
    @endpoint("/customer_groups/<int:group_id>", "read_customers")
    def group(store: Any, group_id: int) -> Any:
        return groups.get(store["id"], group_id)

    # Source (documented): REST docs, "Update customer group".
    @endpoint("/customer_groups/<int:group_id>", "update_customers", "PUT")
    def update_group(store: Any, group_id: int) -> Any:
        groups.update(store["id"], group_id, body())
        return {"updateCount": 1}

    # Source (documented): REST docs, "Delete customer group".
    @endpoint("/customer_groups/<int:group_id>", "update_customers", "DELETE")
    def delete_group(store: Any, group_id: int) -> Any:
        groups.delete(store["id"], group_id)
        return {"deleteCount": 1}
