"""Serve the REST API under ``/api/v3/{storeId}``."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request

from portal.sandbox.access import Access, RefusedError, refused
from portal.sandbox.catalogue import Catalogue
from portal.sandbox.checks import (
    HIGHEST,
    WrongParameterError,
    is_text,
    is_texts,
    json_object,
    whole,
)
from portal.sandbox.listing import deleted_list, envelope, page_bounds, product_list, project
from portal.sandbox.parts import Parts

View = Callable[..., Any]
Endpoint = Callable[..., Callable[[View], View]]


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the REST API over these parts."""
    blueprint = Blueprint("rest", __name__, url_prefix="/api/v3/<int:store_id>")
    endpoint = _endpoints(blueprint, parts.access)
    _add_profile(endpoint, parts)
    _add_products(endpoint, parts)
    _add_product_changes(endpoint, parts.catalogue)
    _add_categories(endpoint, parts.catalogue)
    _add_registrations(endpoint, parts)
    return blueprint


def _endpoints(blueprint: Blueprint, access: Access) -> Endpoint:
    """Return a decorator that serves a view behind the checks; its result becomes JSON."""

    def endpoint(path: str, scope: str, methods: str = "GET") -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @wraps(view)
            def serve(store_id: int, **ids: Any) -> Response:
                try:
                    shown = "/" + request.path.split("/", 4)[4]
                    store = access.admit(store_id, shown, scope)
                    return _answer(view(store, **ids))
                except WrongParameterError as error:
                    return refused(400, "WRONG_PARAMETER", str(error)).answer
                except RefusedError as refusal:
                    return refusal.answer

            name = f"{view.__name__}_{methods}".lower()
            blueprint.add_url_rule(path, name, serve, methods=[methods])
            return view

        return decorate

    return endpoint


def _answer(content: Any) -> Response:
    fields = request.args.get("responseFields")
    if fields:
        content = project(json.loads(content) if isinstance(content, str) else content, fields)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Response(text, content_type="application/json;charset=UTF-8")


def _body() -> dict[str, Any]:
    return json_object(request.get_json(force=True, silent=True))


def _wants(name: str) -> bool:
    return request.args.get(name) == "true"


def _found(content: Any, code: str, message: str) -> Any:
    if not content:
        raise refused(404, code, message)
    return content


def _add_profile(endpoint: Endpoint, parts: Parts) -> None:
    @endpoint("/profile", "read_store_profile")
    def profile(store: Any) -> Any:
        scopes = parts.access.token(store["id"])["scopes"].split()
        return parts.stores.profile(
            store,
            extended=_wants("showExtendedInfo") and "read_store_profile_extended" in scopes,
            by_plans=_wants("getFeaturesByPlans"),
        )

    @endpoint("/latest-stats", "read_store_profile")
    def latest_stats(store: Any) -> Any:
        return parts.stores.latest_stats(
            store,
            products=_wants("productCountRequired"),
            categories=_wants("categoryCountRequired"),
        )

    @endpoint("/application", "read_store_profile")
    def application(_store: Any) -> Any:
        return {"subscriptionStatus": "ACTIVE"}

    @endpoint("/application/token", "read_store_profile")
    def application_token(store: Any) -> Any:
        token = parts.access.token(store["id"])
        return {"permissions": token["scopes"].split(), "created": token["created"]}


def _add_products(endpoint: Endpoint, parts: Parts) -> None:
    catalogue = parts.catalogue

    @endpoint("/products", "read_catalog")
    def products(store: Any) -> Any:
        return product_list(parts.state, store["id"], request.args)

    @endpoint("/products/deleted", "read_catalog")
    def deleted(store: Any) -> Any:
        return deleted_list(parts.state, store["id"], "product", request.args)

    @endpoint("/products/<int:product_id>", "read_catalog")
    def product(store: Any, product_id: int) -> Any:
        return _product(catalogue, store, product_id)

    @endpoint("/products/<int:product_id>/combinations", "read_catalog")
    def combinations(store: Any, product_id: int) -> Any:
        return _product(catalogue, store, product_id)["combinations"]


def _product(catalogue: Catalogue, store: Any, product_id: int) -> Any:
    found = catalogue.product(store["id"], product_id)
    return _found(found, "PRODUCT_NOT_FOUND", f"Product #{product_id} not found")


def _add_product_changes(endpoint: Endpoint, catalogue: Catalogue) -> None:
    @endpoint("/products", "create_catalog", "POST")
    def create(store: Any) -> Any:
        return {"id": catalogue.create_product(store["id"], _body())}

    @endpoint("/products/<int:product_id>", "update_catalog", "PUT")
    def update(store: Any, product_id: int) -> Any:
        done = catalogue.update_product(store["id"], product_id, _body())
        _found(done, "PRODUCT_NOT_FOUND", f"Product #{product_id} not found")
        return {"updateCount": 1}

    @endpoint("/products/<int:product_id>", "update_catalog", "DELETE")
    def delete(store: Any, product_id: int) -> Any:
        done = catalogue.delete_product(store["id"], product_id)
        _found(done, "PRODUCT_NOT_FOUND", f"Product #{product_id} not found")
        return {"deleteCount": 1}

    @endpoint("/products/<int:product_id>/inventory", "update_catalog", "PUT")
    def inventory(store: Any, product_id: int) -> Any:
        found = _product(catalogue, store, product_id)
        delta = whole(_body(), "quantityDelta", None, -HIGHEST, HIGHEST)
        quantity = found.get("quantity", 0) + delta
        catalogue.update_product(store["id"], product_id, {"quantity": quantity})
        return {"updateCount": 1}


def _add_categories(endpoint: Endpoint, catalogue: Catalogue) -> None:
    @endpoint("/categories", "read_catalog")
    def categories(store: Any) -> Any:
        offset, limit = page_bounds(request.args)
        found = catalogue.categories(store["id"])
        if "parent" in request.args:
            parent = whole(request.args, "parent", 0, 0, HIGHEST) or None
            found = [c for c in found if c.get("parentId") == parent]
        page = [json.dumps(c) for c in found[offset : offset + limit]]
        return envelope(page, total=len(found), offset=offset, limit=limit)

    @endpoint("/categories", "create_catalog", "POST")
    def create_category(store: Any) -> Any:
        return {"id": catalogue.save_category(store["id"], _body())}

    @endpoint("/categories/<int:category_id>", "read_catalog")
    def category(store: Any, category_id: int) -> Any:
        found = catalogue.category(store["id"], category_id)
        return _found(found, "CATEGORIES_NOT_FOUND", f"Category #{category_id} not found")

    @endpoint("/categories/<int:category_id>", "update_catalog", "PUT")
    def update_category(store: Any, category_id: int) -> Any:
        done = catalogue.save_category(store["id"], _body(), category_id)
        _found(done, "CATEGORIES_NOT_FOUND", f"Category #{category_id} not found")
        return {"updateCount": 1}

    @endpoint("/categories/<int:category_id>", "update_catalog", "DELETE")
    def delete_category(store: Any, category_id: int) -> Any:
        done = catalogue.delete_category(store["id"], category_id)
        _found(done, "CATEGORIES_NOT_FOUND", f"Category #{category_id} not found")
        return {"deleteCount": 1}


def _add_registrations(endpoint: Endpoint, parts: Parts) -> None:
    """Add the registration endpoints: a sandbox extension, no part of the published API."""

    def check() -> None:
        if not parts.switches.is_on("webhook_endpoints"):
            raise RefusedError(Response("", 404))

    @endpoint("/webhooks", "read_store_profile")
    def registrations(store: Any) -> Any:
        check()
        rows = parts.state.rows("SELECT * FROM registration WHERE store = ?", store["id"])
        items = [
            json.dumps({"id": r["id"], "url": r["url"], "events": json.loads(r["events"])})
            for r in rows
        ]
        return envelope(items, total=len(items), offset=0, limit=100)

    @endpoint("/webhooks", "read_store_profile", "POST")
    def register(store: Any) -> Any:
        check()
        body = _body()
        if not is_text(body.get("url")) or not is_texts(body.get("events")):
            raise WrongParameterError("Fields url and events are required")
        with parts.state.writing() as connection:
            new = connection.execute(
                "INSERT INTO registration (store, url, events) VALUES (?,?,?)",
                (store["id"], body["url"], json.dumps(body["events"])),
            ).lastrowid
        return {"id": new, "createdAt": int(time.time())}

    @endpoint("/webhooks/<int:registration_id>", "read_store_profile", "DELETE")
    def unregister(store: Any, registration_id: int) -> Any:
        check()
        with parts.state.writing() as connection:
            gone = connection.execute(
                "DELETE FROM registration WHERE store = ? AND id = ?",
                (store["id"], min(registration_id, HIGHEST)),
            ).rowcount
        _found(gone, "WEBHOOK_NOT_FOUND", "Webhook not found")
        return {"deleteCount": 1}
