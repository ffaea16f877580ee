"""Endpoints of products and their stock."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from portal.sandbox.listing import deleted_records, envelope, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import PRODUCT
from portal.sandbox.resources.products import stock_change
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.rest.product_search import product_search


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    _add_read_endpoints(endpoint, parts)
    _add_write_endpoints(endpoint, parts)


def _add_read_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): REST docs, "Search products".
    @endpoint("/products", "read_catalog")
    def products(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        search = product_search(parts.categories, store["id"], request.args)
        total, items = parts.records.search(
            PRODUCT, store["id"], search, offset=offset, limit=limit
        )
        return envelope(items, total=total, offset=offset, limit=limit)

    # Source (documented): REST docs, GET /products/deleted.
    @endpoint("/products/deleted", "read_catalog")
    def deleted_products(store: Any) -> Any:
        return deleted_records(parts.state, store["id"], PRODUCT, request.args)

    # Source (documented): REST docs, GET /products/{productId}.
    @endpoint("/products/<int:product_id>", "read_catalog")
    def product(store: Any, product_id: int) -> Any:
        return parts.products.get(store["id"], product_id)


def _add_write_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    products = parts.products

    # Source (documented): REST docs, POST /products.
    @endpoint("/products", "create_catalog", "POST")
    def create_product(store: Any) -> Any:
        return {"id": products.create(store["id"], body())}

    # Source (documented): REST docs, DELETE /products.
    @endpoint("/products", "update_catalog_batch_delete", "DELETE")
    def delete_products(store: Any) -> Any:
        products.delete_all(store["id"])
        return Response("", 202)

    # Source (documented): REST docs, PUT /products/{productId}.
    @endpoint("/products/<int:product_id>", "update_catalog", "PUT")
    def update_product(store: Any, product_id: int) -> Any:
        products.update(store["id"], product_id, body())
        return {"updateCount": 1}

    # Source (documented): REST docs, DELETE /products/{productId}.
    @endpoint("/products/<int:product_id>", "update_catalog", "DELETE")
    def delete_product(store: Any, product_id: int) -> Any:
        products.delete(store["id"], product_id)
        return {"deleteCount": 1}

    # Source (documented): REST docs, PUT /products/{productId}/inventory.
    @endpoint("/products/<int:product_id>/inventory", "update_catalog", "PUT")
    def product_stock(store: Any, product_id: int) -> Any:
        warning = products.change_stock(store["id"], product_id, stock_change(body()))
        return {"updateCount": 1} | ({"warning": warning} if warning else {})
