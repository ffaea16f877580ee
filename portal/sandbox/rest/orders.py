"""Endpoints of orders, including the calculation before an order is placed."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sandbox.listing import deleted_records, envelope, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.public_token import limited_order
from portal.sandbox.resource_specs import ORDER
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.rest.order_search import order_search
from portal.sandbox.validation import NotFoundError


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    _add_read_endpoints(endpoint, parts)
    _add_write_endpoints(endpoint, parts)


def _add_read_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): REST docs, "Search orders".
    @endpoint("/orders", "read_orders")
    def orders(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        search = order_search(request.args)
        total, items = parts.records.search(ORDER, store["id"], search, offset=offset, limit=limit)
        return envelope(items, total=total, offset=offset, limit=limit)

    # Source (documented): REST docs, GET /orders/last.
    @endpoint("/orders/last", "read_orders")
    def last_order(store: Any) -> Any:
        _, items = parts.records.search(ORDER, store["id"], order_search(request.args), limit=1)
        if not items:
            raise NotFoundError("ORDER_NOT_FOUND", "There is no order")
        return items[0]

    # Source (documented): REST docs, GET /orders/deleted.
    @endpoint("/orders/deleted", "read_orders")
    def deleted_orders(store: Any) -> Any:
        return deleted_records(parts.state, store["id"], ORDER, request.args)

    # Source (documented): REST docs, "Get order".
    @endpoint("/orders/<reference>", "read_orders")
    def order(store: Any, reference: str) -> Any:
        return parts.orders.get(store["id"], reference)


def _add_write_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): REST docs, "Create order": orderid.
    # Source (client): ecwid-java-api-client, OrderCreateResult: orderId.
    @endpoint("/orders", "create_orders", "POST")
    def create_order(store: Any) -> Any:
        given = body()
        if parts.access.is_public():
            given = limited_order(given)
        order = parts.orders.create(store["id"], given)
        answer = {
            "id": order["internalId"],
            "orderid": order["id"],
            "orderId": order["id"],
        }
        variant = parts.switches.text("order_create_response")
        kept = answer.keys() if variant == "both" else {"id", variant}
        return {name: value for name, value in answer.items() if name in kept}

    # Source (documented): REST docs, PUT /orders/{orderId}.
    # Source (client): ecwid-java-api-client, OrdersTest: updateCount is 1 for an accepted update.
    @endpoint("/orders/<reference>", "update_orders", "PUT")
    def update_order(store: Any, reference: str) -> Any:
        parts.orders.update(store["id"], reference, body())
        return {"updateCount": 1}

    # Source (documented): REST docs, DELETE /orders/{orderId}.
    @endpoint("/orders/<reference>", "update_orders", "DELETE")
    def delete_order(store: Any, reference: str) -> Any:
        parts.orders.delete(store["id"], reference)
        return {"deleteCount": 1}

    # Source (documented): REST docs, "Calculate order details".
    @endpoint("/order/calculate", "read_store_profile", "POST")
    def calculate_order(store: Any) -> Any:
        return parts.calculation.calculate(store, body())
