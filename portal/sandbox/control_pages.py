"""Serve the control pages under ``/_sandbox/``: play the merchant, and look behind the scenes."""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox import record_pages, store_pages
from portal.sandbox.config import GROUPS, SWITCHES
from portal.sandbox.control_api import describe
from portal.sandbox.dates import date_text
from portal.sandbox.images import picture
from portal.sandbox.parts import Parts
from portal.sandbox.plans import PLANS
from portal.sandbox.shopkeeping import add_store
from portal.sandbox.switches import choices

DELIVERIES_SHOWN = 100


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the control pages over these parts."""
    blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")
    blueprint.add_app_template_filter(_date_and_time, "date_and_time")
    blueprint.add_app_template_filter(_time_of_day, "time_of_day")
    _add_overview(blueprint, parts)
    store_pages.add(blueprint, parts)
    record_pages.add(blueprint, parts)

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
            "sandbox/deliveries.html",
            deliveries=parts.deliveries.latest(DELIVERIES_SHOWN),
            failing=parts.failing.all(),
        )

    @blueprint.post("/deliveries/unblock")
    def unblock() -> ResponseReturnValue:
        parts.failing.forget()
        return redirect(url_for(".deliveries"), 303)

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
        values = parts.switches.all()
        return render_template(
            "sandbox/switches.html",
            groups=GROUPS,
            values=values,
            turned=[name for name, (default, _) in SWITCHES.items() if values[name] != default],
            choices={name: choices(name) for name in SWITCHES},
        )

    @blueprint.post("/switches")
    def turn() -> ResponseReturnValue:
        form = request.form
        name = form.get("name", "")
        parts.switches.turn(name, form.get("value", "").strip())
        return redirect(url_for(".switches", _anchor=name), 303)

    @blueprint.get("/images/<path:seed>.svg")
    def image(seed: str) -> ResponseReturnValue:
        answer = Response(picture(seed), content_type="image/svg+xml")
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer
