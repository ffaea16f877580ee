"""Endpoints of product variations. Lists are plain JSON arrays."""

from __future__ import annotations

from typing import Any

from portal.sandbox.parts import Parts
from portal.sandbox.resources.products import stock_change
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import FeatureUnavailableError

LIST_PATH = "/products/<int:product_id>/combinations"
ITEM_PATH = f"{LIST_PATH}/<int:combination_id>"


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    _add_read_endpoints(endpoint, parts)
    _add_write_endpoints(endpoint, parts)


def _check_plan(parts: Parts, store: Any) -> None:
    if "COMBINATIONS" not in parts.stores.features(store):
        raise FeatureUnavailableError(
            402, "NOT_AVAILABLE_ON_CURRENT_PLAN", "Combinations need a higher plan"
        )


def _add_read_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    products = parts.products

    # Source (documented): REST docs, GET /products/{productId}/combinations.
    @endpoint(LIST_PATH, "read_catalog")
    def combinations(store: Any, product_id: int) -> Any:
        return products.get(store["id"], product_id)["combinations"]

    # Source (documented): REST docs, GET /products/{productId}/combinations/{combinationId}.
    @endpoint(ITEM_PATH, "read_catalog")
    def combination(store: Any, product_id: int, combination_id: int) -> Any:
        return products.combination(products.get(store["id"], product_id), combination_id)


def _add_write_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    products = parts.products

    # Source (documented): REST docs, POST /products/{productId}/combinations.
    @endpoint(LIST_PATH, "update_catalog", "POST")
    def create_combination(store: Any, product_id: int) -> Any:
        _check_plan(parts, store)
        return {"id": products.add_combination(store["id"], product_id, body())}

    # Source (documented): REST docs, DELETE /products/{productId}/combinations.
    @endpoint(LIST_PATH, "update_catalog", "DELETE")
    def delete_combinations(store: Any, product_id: int) -> Any:
        count = len(products.get(store["id"], product_id)["combinations"])
        products.update(store["id"], product_id, {"combinations": []})
        return {"deleteCount": count}

    # Source (documented): REST docs, PUT /products/{productId}/combinations/{combinationId}.
    @endpoint(ITEM_PATH, "update_catalog", "PUT")
    def update_combination(store: Any, product_id: int, combination_id: int) -> Any:
        _check_plan(parts, store)
        products.update_combination(store["id"], product_id, combination_id, body())
        return {"updateCount": 1}

    # Source (documented): REST docs, DELETE /products/{productId}/combinations/{combinationId}.
    @endpoint(ITEM_PATH, "update_catalog", "DELETE")
    def delete_combination(store: Any, product_id: int, combination_id: int) -> Any:
        products.delete_combination(store["id"], product_id, combination_id)
        return {"deleteCount": 1}

    # Source (documented): REST docs, PUT on the inventory of a combination.
    @endpoint(f"{ITEM_PATH}/inventory", "update_catalog", "PUT")
    def combination_stock(store: Any, product_id: int, combination_id: int) -> Any:
        delta = stock_change(body())
        warning = products.change_stock(store["id"], product_id, delta, combination_id)
        return {"updateCount": 1} | ({"warning": warning} if warning else {})
