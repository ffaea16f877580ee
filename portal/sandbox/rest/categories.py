"""Serve categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from portal.sandbox import filters
from portal.sandbox.checks import HIGHEST, whole
from portal.sandbox.filters import Search
from portal.sandbox.kinds import CATEGORY
from portal.sandbox.listing import envelope, page_bounds
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body


def add(endpoint: Endpoint, parts: Parts) -> None:
    """Add the endpoints."""
    categories = parts.categories

    @endpoint("/categories", "read_catalog")
    def list_categories(store: Any) -> Any:
        offset, limit = page_bounds(request.args, parts.switches.text("limit_above_100"))
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
    """Return the search of ``GET /categories``; hidden ones come too unless told otherwise."""
    conditions: list[str] = []
    values: list[Any] = []
    if args.get("parent"):
        parent = whole(args, "parent", 0, 0, HIGHEST)
        wanted = {parent}
        if filters.flag("withSubcategories", args.get("withSubcategories") or "no"):
            wanted = parts.categories.below(store_id, (parent,))
        conditions.append(f"parent IN ({','.join('?' * len(wanted))})")
        values.extend(sorted(wanted))
    if not filters.flag("hidden_categories", args.get("hidden_categories") or "yes"):
        conditions.append("enabled = 1")
    if args.get("productIds"):
        products = filters.numbers("productIds", args["productIds"])
        conditions.append(
            "EXISTS (SELECT 1 FROM product AS p WHERE p.store = category.store"  # noqa: S608 - marks
            f" AND p.id IN ({','.join('?' * len(products))})"
            " AND instr(p.categories, ',' || category.id || ','))"
        )
        values.extend(products)
    return Search(tuple(conditions), tuple(values), "id")
