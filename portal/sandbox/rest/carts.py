"""Endpoints of abandoned carts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import request

from portal.sandbox import filters
from portal.sandbox.filters import Search
from portal.sandbox.listing import envelope, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import ORDER, Body
from portal.sandbox.resources.carts import cart_body, cart_changes, order_id_of, unknown_cart
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.rest.order_search import FILTERS as ORDER_FILTERS
from portal.sandbox.rest.order_search import NEWEST_FIRST

ITEM_PATH = "/carts/<reference>"
# Source (documented): REST docs, "Search abandoned carts".
FILTERS = {
    name: ORDER_FILTERS[name]
    for name in (
        "totalFrom",
        "totalTo",
        "createdFrom",
        "createdTo",
        "updatedFrom",
        "updatedTo",
        "couponCode",
        "customer",
        "customerId",
        "email",
    )
}


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    _add_read_endpoints(endpoint, parts)
    _add_write_endpoints(endpoint, parts)


def _add_read_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): REST docs, "Search abandoned carts".
    @endpoint("/carts", "read_orders")
    def carts(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        search = _search(request.args)
        total, found = parts.records.search(ORDER, store["id"], search, offset=offset, limit=limit)
        items = [
            json.dumps(cart_body(store["id"], json.loads(text)), ensure_ascii=False)
            for text in found
        ]
        return envelope(items, total=total, offset=offset, limit=limit)

    # Source (documented): REST docs, "Get abandoned cart".
    @endpoint(ITEM_PATH, "read_orders")
    def cart(store: Any, reference: str) -> Any:
        return cart_body(store["id"], _unfinished_order(parts, store, reference))


def _add_write_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): REST docs, "Update abandoned cart".
    @endpoint(ITEM_PATH, "update_orders", "PUT")
    def update_cart(store: Any, reference: str) -> Any:
        order = _unfinished_order(parts, store, reference)
        parts.orders.update(store["id"], order["id"], cart_changes(body()))
        return {"updateCount": 1}

    # Source (documented): REST docs, "Convert abandoned cart to order": the answer, and a request
    # without a body.
    # Source (assumed): A placed cart becomes an order that awaits payment, and is no longer a cart.
    @endpoint(f"{ITEM_PATH}/place", "create_orders", "POST")
    def place_cart(store: Any, reference: str) -> Any:
        order = _unfinished_order(parts, store, reference)
        parts.orders.update(store["id"], order["id"], {"paymentStatus": "AWAITING_PAYMENT"})
        return {name: order[name] for name in ("id", "orderNumber", "vendorOrderNumber")}


def _search(args: Mapping[str, str]) -> Search:
    conditions, values = filters.where(FILTERS, args)
    conditions.append("payment = 'INCOMPLETE'")
    # Source (documented): older REST docs, "Search abandoned carts": showHidden is true if absent.
    if args.get("showHidden") and not filters.boolean("showHidden", args["showHidden"]):
        conditions.append("json_extract(body, '$.hidden') = 0")
    return Search(tuple(conditions), tuple(values), NEWEST_FIRST)


def _unfinished_order(parts: Parts, store: Any, reference: str) -> Body:
    """Return the order of a cart; raise NotFoundError if there is no such cart."""
    internal_id = order_id_of(store["id"], reference)
    order = parts.records.get(ORDER, store["id"], internal_id)
    if order is None or order["paymentStatus"] != "INCOMPLETE":
        raise unknown_cart(reference)
    return order
