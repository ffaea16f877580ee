"""Serve the control pages under ``/_sandbox/``: play the merchant, and look behind the scenes."""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.checks import HIGHEST, amount, whole
from portal.sandbox.config import SWITCHES
from portal.sandbox.control_api import describe
from portal.sandbox.dates import date_text
from portal.sandbox.images import picture
from portal.sandbox.parts import Parts
from portal.sandbox.plans import PLANS
from portal.sandbox.rest.product_search import KEYWORD
from portal.sandbox.shopkeeping import add_store, change_prices
from portal.sandbox.switches import choices

PAGE_SIZE = 25
DELIVERIES_SHOWN = 100


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the control pages over these parts."""
    blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")
    blueprint.add_app_template_filter(_date_and_time, "date_and_time")
    blueprint.add_app_template_filter(_time_of_day, "time_of_day")
    _add_overview(blueprint, parts)
    _add_store(blueprint, parts)
    _add_products(blueprint, parts)

    @blueprint.errorhandler(ValueError)
    def refuse(error: ValueError) -> ResponseReturnValue:
        return render_template("sandbox/refused.html", problem=str(error)), 400

    @blueprint.errorhandler(LookupError)
    def miss(error: LookupError) -> ResponseReturnValue:
        return render_template("sandbox/refused.html", problem=str(error)), 404

    return blueprint


def _date_and_time(seconds: float) -> str:
    return date_text(int(seconds))[:19]


def _time_of_day(seconds: float) -> str:
    return date_text(int(seconds))[11:19]


def _add_overview(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/")
    def index() -> ResponseReturnValue:
        stores = [describe(parts, store) for store in parts.stores.all()]
        return render_template("sandbox/index.html", stores=stores, plans=PLANS)

    @blueprint.post("/stores")
    def create() -> ResponseReturnValue:
        store_id = add_store(parts, request.form)
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.get("/deliveries")
    def deliveries() -> ResponseReturnValue:
        return render_template(
            "sandbox/deliveries.html", deliveries=parts.deliveries.latest(DELIVERIES_SHOWN)
        )

    @blueprint.get("/deliveries/<int:delivery_id>")
    def delivery(delivery_id: int) -> ResponseReturnValue:
        found = parts.deliveries.one(delivery_id)
        return render_template(
            "sandbox/delivery.html",
            delivery=found,
            body=json.dumps(found["body"], indent=2, ensure_ascii=False),
        )

    @blueprint.get("/switches")
    def switches() -> ResponseReturnValue:
        return render_template(
            "sandbox/switches.html",
            switches=SWITCHES,
            values=parts.switches.all(),
            choices={name: choices(name) for name in SWITCHES},
        )

    @blueprint.post("/switches")
    def turn() -> ResponseReturnValue:
        form = request.form
        parts.switches.turn(form.get("name", ""), form.get("value", "").strip())
        return redirect(url_for(".switches"), 303)

    @blueprint.get("/images/<path:seed>.svg")
    def image(seed: str) -> ResponseReturnValue:
        answer = Response(picture(seed), content_type="image/svg+xml")
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer


def _add_store(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>")
    def store(store_id: int) -> ResponseReturnValue:
        found = parts.stores.existing(store_id)
        search = request.args.get("q", "").strip()
        page = max(1, request.args.get("page", 1, type=int))
        rows = parts.state.rows(
            f"SELECT body FROM product WHERE store = ? AND {KEYWORD}"  # noqa: S608 - a constant
            " ORDER BY updated DESC, id DESC LIMIT ? OFFSET ?",
            store_id,
            search,
            PAGE_SIZE + 1,
            (page - 1) * PAGE_SIZE,
        )
        described = describe(parts, found)
        return render_template(
            "sandbox/store.html",
            store=described,
            products=[json.loads(row["body"]) for row in rows[:PAGE_SIZE]],
            has_more=len(rows) > PAGE_SIZE,
            page=page,
            search=search,
            # A reseller's plan has a name of its own.
            plans=dict.fromkeys((*PLANS, described["plan"])),
            scopes=list(dict.fromkeys((*parts.config.scopes, *described["scopes"]))),
        )

    @blueprint.post("/stores/<int:store_id>/settings")
    def settings(store_id: int) -> ResponseReturnValue:
        form = request.form
        parts.stores.change(
            store_id,
            {
                "name": form.get("name"),
                "plan": form.get("plan"),
                "features": None,
                "suspended": "suspended" in form,
            },
        )
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.post("/stores/<int:store_id>/scopes")
    def scopes(store_id: int) -> ResponseReturnValue:
        parts.stores.existing(store_id)
        parts.stores.set_scopes(store_id, request.form.getlist("scope"))
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.post("/stores/<int:store_id>/uninstall")
    def uninstall(store_id: int) -> ResponseReturnValue:
        parts.stores.existing(store_id)
        parts.stores.uninstall(store_id)
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.post("/stores/<int:store_id>/changes")
    def changes(store_id: int) -> ResponseReturnValue:
        change_prices(parts, store_id, request.form)
        return redirect(url_for(".store", store_id=store_id), 303)


def _add_products(blueprint: Blueprint, parts: Parts) -> None:
    products = parts.products

    @blueprint.post("/stores/<int:store_id>/products")
    def add_product(store_id: int) -> ResponseReturnValue:
        form = request.form
        fields = {
            "name": form.get("name"),
            "price": amount(form, "price"),
            "quantity": whole(form, "quantity", None, -HIGHEST, HIGHEST),
            "image": f"new-{form.get('name')}",
        }
        products.create(store_id, fields)
        return redirect(url_for(".store", store_id=store_id), 303)

    @blueprint.get("/stores/<int:store_id>/products/<int:product_id>")
    def product(store_id: int, product_id: int) -> ResponseReturnValue:
        found = products.get(store_id, product_id)
        return render_template("sandbox/product.html", product=found, store_id=store_id)

    @blueprint.post("/stores/<int:store_id>/products/<int:product_id>")
    def save_product(store_id: int, product_id: int) -> ResponseReturnValue:
        form = request.form
        if form.get("action") == "delete":
            products.delete(store_id, product_id)
            return redirect(url_for(".store", store_id=store_id), 303)
        fields: dict[str, object] = {
            "name": form.get("name"),
            "price": amount(form, "price"),
            "enabled": "enabled" in form,
        }
        if form.get("quantity"):
            fields["quantity"] = whole(form, "quantity", None, -HIGHEST, HIGHEST)
        else:
            fields["unlimited"] = True
        products.update(store_id, product_id, fields)
        return redirect(url_for(".product", store_id=store_id, product_id=product_id), 303)
