"""Serve the control pages under ``/_sandbox/``: play the merchant, and look behind the scenes."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.config import SWITCHES
from portal.sandbox.control_api import describe
from portal.sandbox.images import picture
from portal.sandbox.listing import KEYWORD_CONDITION
from portal.sandbox.oauth import SCOPE_WORDS
from portal.sandbox.parts import Parts
from portal.sandbox.plans import PLANS
from portal.sandbox.shopkeeping import add_store, change_prices

PAGE_SIZE = 25
DELIVERIES_SHOWN = 100


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the control pages over these parts."""
    blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")
    _add_overview(blueprint, parts)
    _add_store(blueprint, parts)
    _add_products(blueprint, parts)
    return blueprint


def _add_overview(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/")
    def index() -> ResponseReturnValue:
        stores = [describe(parts, store) for store in parts.stores.all()]
        return render_template("sandbox/index.html", stores=stores, plans=PLANS)

    @blueprint.post("/stores")
    def create() -> ResponseReturnValue:
        try:
            store_id = add_store(parts, request.form.to_dict())
        except ValueError as error:
            return render_template("sandbox/refused.html", problem=str(error)), 400
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.get("/deliveries")
    def deliveries() -> ResponseReturnValue:
        rows = parts.state.rows("SELECT * FROM delivery ORDER BY id DESC LIMIT ?", DELIVERIES_SHOWN)
        return render_template("sandbox/deliveries.html", deliveries=rows)

    @blueprint.get("/switches")
    def switches() -> ResponseReturnValue:
        return render_template(
            "sandbox/switches.html", switches=SWITCHES, values=parts.switches.all()
        )

    @blueprint.post("/switches")
    def turn() -> ResponseReturnValue:
        try:
            parts.switches.turn(request.form["name"], request.form["value"].strip())
        except ValueError as error:
            return render_template("sandbox/refused.html", problem=str(error)), 400
        return redirect(url_for(".switches"), 303)

    @blueprint.get("/images/<seed>.svg")
    def image(seed: str) -> ResponseReturnValue:
        answer = Response(picture(seed), content_type="image/svg+xml")
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer


def _add_store(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>")
    def store(store_id: int) -> ResponseReturnValue:
        found = parts.stores.get(store_id) or abort(404)
        search = request.args.get("q", "").strip()
        page = max(1, request.args.get("page", 1, type=int))
        rows = parts.state.rows(
            f"SELECT body FROM product WHERE store = ? AND {KEYWORD_CONDITION}"  # noqa: S608 - a constant
            " ORDER BY updated DESC, id DESC LIMIT ? OFFSET ?",
            store_id,
            search,
            PAGE_SIZE + 1,
            (page - 1) * PAGE_SIZE,
        )
        return render_template(
            "sandbox/store.html",
            store=describe(parts, found),
            products=[json.loads(row["body"]) for row in rows[:PAGE_SIZE]],
            has_more=len(rows) > PAGE_SIZE,
            page=page,
            search=search,
            plans=PLANS,
            scope_words=SCOPE_WORDS,
        )

    @blueprint.post("/stores/<int:store_id>/settings")
    def settings(store_id: int) -> ResponseReturnValue:
        form = request.form
        parts.stores.change(
            store_id,
            {
                "name": form["name"],
                "plan": form["plan"],
                "features": None,
                "suspended": "suspended" in form,
            },
        )
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.post("/stores/<int:store_id>/scopes")
    def scopes(store_id: int) -> ResponseReturnValue:
        parts.stores.set_scopes(store_id, request.form.getlist("scope"))
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.post("/stores/<int:store_id>/uninstall")
    def uninstall(store_id: int) -> ResponseReturnValue:
        parts.stores.uninstall(store_id)
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.post("/stores/<int:store_id>/changes")
    def changes(store_id: int) -> ResponseReturnValue:
        change_prices(parts, store_id, request.form.get("count", 10, type=int))
        return redirect(url_for(".store", store_id=store_id), 303)


def _add_products(blueprint: Blueprint, parts: Parts) -> None:
    catalogue = parts.catalogue

    @blueprint.post("/stores/<int:store_id>/products")
    def add_product(store_id: int) -> ResponseReturnValue:
        form = request.form
        fields = {
            "name": form["name"],
            "price": form.get("price", 0.0, type=float),
            "quantity": form.get("quantity", 0, type=int),
            "image": f"new-{form['name']}",
        }
        catalogue.create_product(store_id, fields)
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.get("/stores/<int:store_id>/products/<int:product_id>")
    def product(store_id: int, product_id: int) -> ResponseReturnValue:
        found = catalogue.product(store_id, product_id) or abort(404)
        return render_template("sandbox/product.html", product=found, store_id=store_id)

    @blueprint.post("/stores/<int:store_id>/products/<int:product_id>")
    def save_product(store_id: int, product_id: int) -> ResponseReturnValue:
        form = request.form
        if form.get("action") == "delete":
            catalogue.delete_product(store_id, product_id)
            return redirect(url_for(".store", store_id=store_id), 303)
        fields: dict[str, object] = {
            "name": form["name"],
            "price": form.get("price", 0.0, type=float),
            "enabled": "enabled" in form,
        }
        if form.get("quantity"):
            fields["quantity"] = form.get("quantity", type=int)
        else:
            fields["unlimited"] = True
        catalogue.update_product(store_id, product_id, fields)
        return redirect(url_for(".product", store_id=store_id, product_id=product_id), 303)
