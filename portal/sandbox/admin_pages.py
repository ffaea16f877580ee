"""Admin pages under ``/_sandbox/``: simulate the merchant, and inspect the sandbox."""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox import custom_app_pages, file_pages, record_pages, store_pages
from portal.sandbox.admin_api import describe
from portal.sandbox.admin_operations import add_store
from portal.sandbox.config import GROUPS, SWITCHES
from portal.sandbox.dates import format_date
from portal.sandbox.images import svg_image
from portal.sandbox.parts import Parts
from portal.sandbox.plans import PLANS
from portal.sandbox.switches import choices

DELIVERIES_SHOWN = 100


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the blueprint of the admin pages."""
    blueprint = Blueprint("admin", __name__, url_prefix="/_sandbox")
    blueprint.add_app_template_filter(_date_and_time, "date_and_time")
    blueprint.add_app_template_filter(_time_of_day, "time_of_day")
    _add_overview(blueprint, parts)
    store_pages.add_pages(blueprint, parts)
    custom_app_pages.add_pages(blueprint, parts)
    record_pages.add_pages(blueprint, parts)
    file_pages.add_pages(blueprint, parts)

    @blueprint.errorhandler(ValueError)
    def refuse(error: ValueError) -> ResponseReturnValue:
        return render_template("sandbox/error.html", problem=str(error)), 400

    @blueprint.errorhandler(LookupError)
    def miss(error: LookupError) -> ResponseReturnValue:
        return render_template("sandbox/error.html", problem=str(error)), 404

    return blueprint


def _date_and_time(seconds: float) -> str:
    return format_date(int(seconds))[:19]


def _time_of_day(seconds: float) -> str:
    return format_date(int(seconds))[11:19]


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
            failing_endpoints=parts.failing_endpoints.all(),
        )

    @blueprint.post("/deliveries/unblock")
    def unblock() -> ResponseReturnValue:
        parts.failing_endpoints.unblock_all()
        return redirect(url_for(".deliveries"), 303)

    @blueprint.get("/deliveries/<int:delivery_id>")
    def delivery(delivery_id: int) -> ResponseReturnValue:
        found = parts.deliveries.get(delivery_id)
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
            changed=[name for name, (default, _) in SWITCHES.items() if values[name] != default],
            choices={name: choices(name) for name in SWITCHES},
        )

    @blueprint.post("/switches")
    def set_switch() -> ResponseReturnValue:
        form = request.form
        name = form.get("name", "")
        parts.switches.set(name, form.get("value", "").strip())
        return redirect(url_for(".switches", _anchor=name), 303)

    @blueprint.get("/images/<path:seed>.svg")
    def image(seed: str) -> ResponseReturnValue:
        answer = Response(svg_image(seed), content_type="image/svg+xml")
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer
