"""Endpoints of categories."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import request

from portal.sandbox import filters
from portal.sandbox.filters import Search
from portal.sandbox.listing import envelope, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import CATEGORY, Body
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import MAX_ID, WrongParameterError, is_id_list, parse_integer

ASSIGNED_PRODUCTS_LIMIT = 2_000


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    _add_read_endpoints(endpoint, parts)
    _add_write_endpoints(endpoint, parts)


def _add_read_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): REST docs, "Search categories".
    @endpoint("/categories", "read_catalog")
    def list_categories(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        search = _search(parts, store["id"], request.args)
        total, items = parts.records.search(
            CATEGORY, store["id"], search, offset=offset, limit=limit
        )
        # Current and older documentation differ in the name of this parameter.
        if _is_on("productIds") or _is_on("returnProductIds"):
            found = (_with_products(parts, store, json.loads(item)) for item in items)
            items = [json.dumps(category, ensure_ascii=False) for category in found]
        return envelope(items, total=total, offset=offset, limit=limit)

    # Source (documented): older REST docs, "Get category": productIds needs no parameter here.
    @endpoint("/categories/<int:category_id>", "read_catalog")
    def category(store: Any, category_id: int) -> Any:
        return _with_products(parts, store, parts.categories.get(store["id"], category_id))


def _add_write_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    categories = parts.categories

    # Source (documented): REST docs, "Create category".
    @endpoint("/categories", "create_catalog", "POST")
    def create_category(store: Any) -> Any:
        return {"id": categories.create(store["id"], body())}

    # Source (documented): REST docs, "Update category".
    @endpoint("/categories/<int:category_id>", "update_catalog", "PUT")
    def update_category(store: Any, category_id: int) -> Any:
        categories.update(store["id"], category_id, body())
        return {"updateCount": 1}

    # Source (documented): REST docs, "Delete category".
    @endpoint("/categories/<int:category_id>", "update_catalog", "DELETE")
    def delete_category(store: Any, category_id: int) -> Any:
        categories.delete(store["id"], category_id)
        return {"deleteCount": 1}

    # Source (documented): REST docs, "Assign products to the category".
    @endpoint("/categories/<int:category_id>/assignProducts", "update_catalog", "POST")
    def assign_products(store: Any, category_id: int) -> Any:
        is_changed = categories.assign(store["id"], category_id, _product_ids())
        return {"updateCount": int(is_changed)}

    # Source (documented): REST docs, "Unassign products from the category".
    @endpoint("/categories/<int:category_id>/unassignProducts", "update_catalog", "POST")
    def unassign_products(store: Any, category_id: int) -> Any:
        is_changed = categories.unassign(store["id"], category_id, _product_ids())
        return {"deleteCount": int(is_changed)}


def _product_ids() -> list[int]:
    given: Any = body().get("productIds")
    # Source (documented): older REST docs, "Assign products to category": at most 2,000 ids.
    if not is_id_list(given) or not 0 < len(given) <= ASSIGNED_PRODUCTS_LIMIT:
        raise WrongParameterError(f"productIds is a list of 1 to {ASSIGNED_PRODUCTS_LIMIT:,} ids")
    ids: list[int] = given
    return ids


def _is_on(name: str) -> bool:
    return bool(filters.boolean(name, request.args.get(name) or "no"))


def _with_products(parts: Parts, store: Any, category: Body) -> Body:
    # Source (client): ecwid-java-api-client, CategoriesTest: a category without products has no
    # productIds.
    product_ids = parts.categories.product_ids(store["id"], category["id"])
    return {**category, "productIds": product_ids} if product_ids else category


def _search(parts: Parts, store_id: int, args: Mapping[str, str]) -> Search:
    """Return the search of ``GET /categories``."""
    conditions: list[str] = []
    values: list[Any] = []
    parents = _parents(args)
    if parents is not None:
        if _is_on("withSubcategories"):
            parents = parts.categories.with_descendants(store_id, tuple(parents))
        conditions.append(f"parent IN ({','.join('?' * len(parents))})")
        values.extend(sorted(parents))
    if args.get("keyword"):
        conditions.append("category_matches(body, ?)")
        values.append(args["keyword"])
    if args.get("categoryIds"):
        ids = filters.id_list("categoryIds", args["categoryIds"])
        conditions.append(f"id IN ({','.join('?' * len(ids))})")
        values.extend(ids)
    # Source (documented): REST docs, "Search categories": only enabled ones by default.
    if not _is_on("hidden_categories"):
        conditions.append("enabled = 1")
    return Search(tuple(conditions), tuple(values), "id")


def _parents(args: Mapping[str, str]) -> set[int] | None:
    """Return the ids of the parents whose children are searched, or None for all categories."""
    # Source (documented): REST docs, "Search categories": parent and parentIds are joined.
    # Source (documented): older REST docs, "Get categories": the list may be named
    # parentCategoryId.
    single = "parentCategoryId" if args.get("parentCategoryId") else "parent"
    if not args.get(single) and not args.get("parentIds"):
        return None
    found = set(filters.id_list("parentIds", args.get("parentIds", "")))
    return found | ({parse_integer(args, single, 0, 0, MAX_ID)} if args.get(single) else set())
