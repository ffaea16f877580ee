"""Endpoints of categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from portal.sandbox import filters
from portal.sandbox.filters import Search
from portal.sandbox.listing import envelope, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import CATEGORY
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import MAX_INTEGER, parse_integer


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    categories = parts.categories

    @endpoint("/categories", "read_catalog")
    def list_categories(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        search = _search(parts, store["id"], request.args)
        total, items = parts.records.search(
            CATEGORY, store["id"], search, offset=offset, limit=limit
        )
        return envelope(items, total=total, offset=offset, limit=limit)

    @endpoint("/categories", "create_catalog", "POST")
    def create_category(store: Any) -> Any:
        return {"id": categories.create(store["id"], body())}

    @endpoint("/categories/<int:category_id>", "read_catalog")
    def category(store: Any, category_id: int) -> Any:
        return categories.get(store["id"], category_id)

    @endpoint("/categories/<int:category_id>", "update_catalog", "PUT")
    def update_category(store: Any, category_id: int) -> Any:
        categories.update(store["id"], category_id, body())
        return {"updateCount": 1}

    @endpoint("/categories/<int:category_id>", "update_catalog", "DELETE")
    def delete_category(store: Any, category_id: int) -> Any:
        categories.delete(store["id"], category_id)
        return {"deleteCount": 1}


def _search(parts: Parts, store_id: int, args: Mapping[str, str]) -> Search:
    """Return the search of ``GET /categories``, which by default finds hidden categories, too."""
    conditions: list[str] = []
    values: list[Any] = []
    if args.get("parent"):
        parent = parse_integer(args, "parent", 0, 0, MAX_INTEGER)
        parents = {parent}
        if filters.boolean("withSubcategories", args.get("withSubcategories") or "no"):
            parents = parts.categories.with_descendants(store_id, (parent,))
        conditions.append(f"parent IN ({','.join('?' * len(parents))})")
        values.extend(sorted(parents))
    if not filters.boolean("hidden_categories", args.get("hidden_categories") or "yes"):
        conditions.append("enabled = 1")
    if args.get("productIds"):
        products = filters.id_list("productIds", args["productIds"])
        conditions.append(
            "EXISTS (SELECT 1 FROM product AS p WHERE p.store = category.store"  # noqa: S608 - placeholders
            f" AND p.id IN ({','.join('?' * len(products))})"
            " AND instr(p.categories, ',' || category.id || ','))"
        )
        values.extend(products)
    return Search(tuple(conditions), tuple(values), "id")
