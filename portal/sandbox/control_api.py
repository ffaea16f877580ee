"""Serve the control API under ``/_sandbox/api``: what tests, scripts and the pages turn.

====== ================================ =====================================================
POST   /stores                          {store_id?, name?, plan?, products?, orders?,
                                        customers?, coupons?, seed?} -> {store_id}
GET    /stores                          every store with plan, scopes and counts
GET    /stores/ID                       one of them
PATCH  /stores/ID                       {name, url, plan, features, suspended, scopes}
GET    /stores/ID/snapshot              ids and update times of every record, for comparisons
POST   /stores/ID/products              product fields -> {id}
PATCH  /stores/ID/products/PID          fields to change
DELETE /stores/ID/products/PID
POST   /stores/ID/changes               {count}: change the prices of so many products
POST   /stores/ID/life/NAME             let something happen: `portal.sandbox.life`
POST   /stores/ID/uninstall
GET    /deliveries                      the webhook log, newest first
GET    /deliveries/ID                   one delivery with its attempts: what came of each try
GET    /failing, DELETE /failing        addresses that take no webhooks; begin anew with them
GET    /switches, PUT /switches         read all; set {name: value, …}
POST   /faults                          {path_prefix, kind?, method?, status?, times?, delay_s?,
                                        body?, headers?}: what befalls the next calls
GET    /requests, DELETE /requests      REST calls by store and path; forget them,
                                        the quotas they used, and faults to come
GET    /dead-tokens                     calls that were refused for their token, by token
====== ================================ =====================================================

The kinds of faults stand in `portal.sandbox.faults`. Refused input is a 400 with ``error``.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from portal.sandbox.checks import json_object
from portal.sandbox.faults import Fault
from portal.sandbox.life import happen
from portal.sandbox.parts import Parts
from portal.sandbox.shopkeeping import add_store, change_prices

DELIVERIES_SHOWN = 200
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
    "coupons": "SELECT id, updated, code, status FROM coupon WHERE store = ? ORDER BY id",
}


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the control API over these parts."""
    blueprint = Blueprint("control_api", __name__, url_prefix="/_sandbox/api")
    _add_stores(blueprint, parts)
    _add_products(blueprint, parts)
    _add_machinery(blueprint, parts)
    _add_counts(blueprint, parts)

    @blueprint.errorhandler(ValueError)
    @blueprint.errorhandler(TypeError)
    def refuse(error: Exception) -> ResponseReturnValue:
        return {"error": str(error)}, 400

    @blueprint.errorhandler(LookupError)
    def miss(error: LookupError) -> ResponseReturnValue:
        return {"error": str(error)}, 404

    return blueprint


def describe(parts: Parts, store: sqlite3.Row) -> dict[str, Any]:
    """Return what there is to know of a store."""
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
            name: parts.state.number(f"SELECT count(*) FROM {table} WHERE store = ?", store["id"])  # noqa: S608 - our own name
            for name, table in TABLES.items()
        },
    }


def _body() -> dict[str, Any]:
    return json_object(request.get_json(force=True, silent=True))


def _add_stores(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.post("/stores")
    def create() -> ResponseReturnValue:
        return {"store_id": add_store(parts, _body())}, 201

    @blueprint.get("/stores")
    def index() -> ResponseReturnValue:
        return jsonify([describe(parts, store) for store in parts.stores.all()])

    @blueprint.get("/stores/<int:store_id>")
    def show(store_id: int) -> ResponseReturnValue:
        return describe(parts, parts.stores.existing(store_id))

    @blueprint.patch("/stores/<int:store_id>")
    def change(store_id: int) -> ResponseReturnValue:
        changes = _body()
        parts.stores.existing(store_id)
        scopes = changes.pop("scopes", None)
        with parts.state.writing():
            if scopes is not None:
                parts.stores.set_scopes(store_id, scopes)
            if changes:
                parts.stores.change(store_id, changes)
        return describe(parts, parts.stores.existing(store_id))

    @blueprint.post("/stores/<int:store_id>/life/<name>")
    def life(store_id: int, name: str) -> ResponseReturnValue:
        return {"happened": happen(parts, store_id, name)}

    @blueprint.post("/stores/<int:store_id>/uninstall")
    def uninstall(store_id: int) -> ResponseReturnValue:
        parts.stores.existing(store_id)
        parts.stores.uninstall(store_id)
        return {"uninstalled": True}

    @blueprint.get("/stores/<int:store_id>/snapshot")
    def snapshot(store_id: int) -> ResponseReturnValue:
        parts.stores.existing(store_id)
        found = {
            name: [dict(row) for row in parts.state.rows(sql, store_id)]
            for name, sql in SNAPSHOTS.items()
        }
        return {**found, "categories": parts.categories.all(store_id)}


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

    @blueprint.post("/stores/<int:store_id>/changes")
    def change_many(store_id: int) -> ResponseReturnValue:
        return {"changed": change_prices(parts, store_id, _body())}


def _add_machinery(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/deliveries")
    def deliveries() -> ResponseReturnValue:
        return jsonify(parts.deliveries.latest(DELIVERIES_SHOWN))

    @blueprint.get("/deliveries/<int:delivery_id>")
    def delivery(delivery_id: int) -> ResponseReturnValue:
        return parts.deliveries.one(delivery_id)

    @blueprint.get("/failing")
    def failing() -> ResponseReturnValue:
        return jsonify(parts.failing.all())

    @blueprint.delete("/failing")
    def unblock() -> ResponseReturnValue:
        parts.failing.forget()
        return {"forgotten": True}

    @blueprint.get("/switches")
    def switches() -> ResponseReturnValue:
        return parts.switches.all()

    @blueprint.put("/switches")
    def turn() -> ResponseReturnValue:
        parts.switches.turn_all({name: str(value) for name, value in _body().items()})
        return parts.switches.all()

    @blueprint.post("/faults")
    def add_fault() -> ResponseReturnValue:
        parts.access.faults.add(Fault(**_body()))
        return {"faults": len(parts.access.faults.scripted)}, 201


def _add_counts(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/requests")
    def requests() -> ResponseReturnValue:
        counted = parts.access.counts.most_common()
        return jsonify([{"store_id": s, "call": call, "count": n} for (s, call), n in counted])

    @blueprint.get("/dead-tokens")
    def dead_tokens() -> ResponseReturnValue:
        counted = parts.access.dead_calls.most_common()
        return jsonify(
            [
                {"store_id": store_id, "token_ends": token[-6:], "count": count}
                for (store_id, token), count in counted
            ]
        )

    @blueprint.delete("/requests")
    def forget() -> ResponseReturnValue:
        parts.access.forget()
        return {"forgotten": True}
