"""Admin API under ``/_sandbox/api``, for tests and scripts.

====== ================================ =====================================================
POST   /stores                          {store_id?, name?, plan?, products?, orders?,
                                        customers?, coupons?, seed?} -> {store_id}
GET    /stores                          all stores with plan, scopes and counts
GET    /stores/ID                       one store
PATCH  /stores/ID                       {name, url, plan, features, suspended, currency, scopes,
                                        settings: see `portal.sandbox.store_settings`}
GET    /stores/ID/settings              all settings that prices depend on
GET    /stores/ID/snapshot              ids and update times of all records, for comparisons
POST   /stores/ID/products              product fields -> {id}
PATCH  /stores/ID/products/PID          fields to change
DELETE /stores/ID/products/PID
POST   /stores/ID/price-changes         {count}: change the prices of ``count`` products
POST   /stores/ID/actions/NAME          run an action of `portal.sandbox.actions`
POST   /stores/ID/copies                {count, quiet_s?}: copy the store, install the app in each
                                        copy; the last change was quiet_s ago
                                        -> {stores: [{store_id, token}, …]}
POST   /stores/ID/uninstall             uninstall the app
GET    /stores/ID/custom-apps           the store's custom apps with keys and tokens
POST   /stores/ID/custom-apps           {scopes?, webhook_url?} -> the new custom app
PATCH  /stores/ID/custom-apps/AID       {scopes, webhook_url?}
DELETE /stores/ID/custom-apps/AID       delete it, which revokes its tokens
GET    /deliveries                      webhook log, newest delivery first
GET    /deliveries/ID                   one delivery with its attempts
GET    /failing-endpoints               webhook endpoints that fail
DELETE /failing-endpoints               unblock all of them
GET    /switches                        all switches
PUT    /switches                        {name: value, …}
POST   /faults                          {path_prefix, kind?, method?, status?, times?, delay_s?,
                                        body?, headers?}: fault for the next matching calls
GET    /requests                        number of REST calls by store and path
DELETE /requests                        reset call counts, used quotas and scripted faults
GET    /dead-tokens                     number of calls with each dead token
====== ================================ =====================================================

`portal.sandbox.faults` lists the kinds of faults. Invalid input gets a 400 with ``error``.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from portal.sandbox import custom_app_api, diagnostics_api
from portal.sandbox.actions import run_action
from portal.sandbox.admin_operations import add_store, change_prices
from portal.sandbox.copy_stores import COPIES_LIMIT, QUIET_LIMIT_S, copy_store
from portal.sandbox.parts import Parts
from portal.sandbox.validation import parse_integer, require_object

TABLES = {
    "products": "product",
    "orders": "purchase",
    "customers": "customer",
    "coupons": "coupon",
}
SNAPSHOTS = {
    "products": "SELECT id, updated, name, price FROM product WHERE store = ? ORDER BY id",
    "orders": "SELECT id, number, updated, total FROM purchase WHERE store = ? ORDER BY id",
    "customers": "SELECT id, updated, email FROM customer WHERE store = ? ORDER BY id",
    "coupons": (
        "SELECT id, updated, json_extract(body, '$.code') AS code, status"
        " FROM coupon WHERE store = ? ORDER BY id"
    ),
}


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the blueprint of the admin API."""
    blueprint = Blueprint("admin_api", __name__, url_prefix="/_sandbox/api")
    _add_stores(blueprint, parts)
    _add_store_operations(blueprint, parts)
    custom_app_api.add_calls(blueprint, parts)
    _add_products(blueprint, parts)
    diagnostics_api.add_calls(blueprint, parts)

    @blueprint.errorhandler(ValueError)
    @blueprint.errorhandler(TypeError)
    def refuse(error: Exception) -> ResponseReturnValue:
        return {"error": str(error)}, 400

    @blueprint.errorhandler(LookupError)
    def miss(error: LookupError) -> ResponseReturnValue:
        return {"error": str(error)}, 404

    return blueprint


def describe(parts: Parts, store: sqlite3.Row) -> dict[str, Any]:
    """Describe a store: settings, scopes and record counts."""
    return {
        "store_id": store["id"],
        "name": store["name"],
        "url": store["url"],
        "plan": store["plan"],
        "features": parts.stores.features(store),
        "suspended": bool(store["suspended"]),
        "installed": parts.stores.is_installed(store["id"]),
        "scopes": parts.stores.granted_scopes(store["id"]),
        **{
            name: parts.state.number(f"SELECT count(*) FROM {table} WHERE store = ?", store["id"])  # noqa: S608 - constant name
            for name, table in TABLES.items()
        },
    }


def _body() -> dict[str, Any]:
    return require_object(request.get_json(force=True, silent=True))


def _add_stores(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.post("/stores")
    def create() -> ResponseReturnValue:
        return {"store_id": add_store(parts, _body())}, 201

    @blueprint.get("/stores")
    def index() -> ResponseReturnValue:
        return jsonify([describe(parts, store) for store in parts.stores.all()])

    @blueprint.get("/stores/<int:store_id>")
    def show(store_id: int) -> ResponseReturnValue:
        return describe(parts, parts.stores.get_existing(store_id))

    @blueprint.patch("/stores/<int:store_id>")
    def change(store_id: int) -> ResponseReturnValue:
        changes = _body()
        parts.stores.get_existing(store_id)
        scopes = changes.pop("scopes", None)
        with parts.state.transaction():
            if scopes is not None:
                parts.stores.set_scopes(store_id, scopes)
            if changes:
                parts.stores.change(store_id, changes)
        return describe(parts, parts.stores.get_existing(store_id))

    @blueprint.get("/stores/<int:store_id>/snapshot")
    def snapshot(store_id: int) -> ResponseReturnValue:
        parts.stores.get_existing(store_id)
        found = {
            name: [dict(row) for row in parts.state.rows(sql, store_id)]
            for name, sql in SNAPSHOTS.items()
        }
        return {**found, "categories": parts.categories.all(store_id)}


def _add_store_operations(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>/settings")
    def settings(store_id: int) -> ResponseReturnValue:
        return parts.stores.settings(parts.stores.get_existing(store_id))

    @blueprint.post("/stores/<int:store_id>/actions/<name>")
    def action(store_id: int, name: str) -> ResponseReturnValue:
        return {"message": run_action(parts, store_id, name)}

    @blueprint.post("/stores/<int:store_id>/copies")
    def copies(store_id: int) -> ResponseReturnValue:
        count = parse_integer(_body(), "count", None, 1, COPIES_LIMIT)
        quiet_s = parse_integer(_body(), "quiet_s", 0, 0, QUIET_LIMIT_S)
        made = copy_store(parts, store_id, count, quiet_s)
        return {"stores": [{"store_id": copy, "token": token} for copy, token in made]}, 201

    @blueprint.post("/stores/<int:store_id>/uninstall")
    def uninstall(store_id: int) -> ResponseReturnValue:
        parts.stores.get_existing(store_id)
        parts.stores.uninstall(store_id)
        return {"uninstalled": True}


def _add_products(blueprint: Blueprint, parts: Parts) -> None:
    products = parts.products

    @blueprint.post("/stores/<int:store_id>/products")
    def create_product(store_id: int) -> ResponseReturnValue:
        return {"id": products.create(store_id, _body())}, 201

    @blueprint.patch("/stores/<int:store_id>/products/<int:product_id>")
    def change_product(store_id: int, product_id: int) -> ResponseReturnValue:
        products.update(store_id, product_id, _body())
        return {"changed": True}

    @blueprint.delete("/stores/<int:store_id>/products/<int:product_id>")
    def delete_product(store_id: int, product_id: int) -> ResponseReturnValue:
        products.delete(store_id, product_id)
        return {"deleted": True}

    @blueprint.post("/stores/<int:store_id>/price-changes")
    def price_changes(store_id: int) -> ResponseReturnValue:
        return {"changed": change_prices(parts, store_id, _body())}
