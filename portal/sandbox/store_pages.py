"""Admin pages of one store: actions, settings and the app's scopes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.actions import ACTION_GROUPS, run_action
from portal.sandbox.admin_api import describe
from portal.sandbox.admin_operations import change_prices
from portal.sandbox.parts import Parts
from portal.sandbox.plans import PLANS
from portal.sandbox.price_form import form_values, save_form


def add_pages(blueprint: Blueprint, parts: Parts) -> None:
    """Register the pages."""
    _add_overview(blueprint, parts)
    _add_settings(blueprint, parts)
    _add_prices(blueprint, parts)
    _add_statuses(blueprint, parts)


def _back(store_id: int) -> ResponseReturnValue:
    return redirect(url_for("admin.store", store_id=store_id), 303)


def _add_overview(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>")
    def store(store_id: int) -> ResponseReturnValue:
        found = parts.stores.get_existing(store_id)
        described, settings = describe(parts, found), parts.stores.settings(found)
        return render_template(
            "sandbox/store.html",
            store=described,
            is_closed=settings["closed"],
            brand=settings["brandName"],
            app_market_url=_app_market_url(parts),
            groups=ACTION_GROUPS,
            # A reseller's plan has a custom name.
            plans=dict.fromkeys((*PLANS, described["plan"])),
            scopes=list(dict.fromkeys((*parts.config.scopes, *described["scopes"]))),
        )

    @blueprint.post("/stores/<int:store_id>/actions/<name>")
    def action(store_id: int, name: str) -> ResponseReturnValue:
        flash(run_action(parts, store_id, name))
        return _back(store_id)

    @blueprint.post("/stores/<int:store_id>/price-changes")
    def price_changes(store_id: int) -> ResponseReturnValue:
        count = change_prices(parts, store_id, request.form)
        flash(f"The prices of {count:,} products changed.")
        return _back(store_id)


def _app_market_url(parts: Parts) -> str:
    """Return the consent page as an install from the App Market opens it."""
    # Source (documented): app guide, "External apps": the browser lands on the registered
    # redirectUrl without a request of the app, so there is no state.
    return url_for(
        "oauth.authorize",
        client_id=parts.config.client_id,
        redirect_uri=parts.config.redirect_uri,
        response_type="code",
        scope=" ".join(parts.config.scopes),
    )


def _add_settings(blueprint: Blueprint, parts: Parts) -> None:
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
                "settings": {
                    "closed": "closed" in form,
                    "brandName": form.get("brand", "").strip(),
                },
            },
        )
        flash("The settings were saved.")
        return _back(store_id)

    @blueprint.post("/stores/<int:store_id>/scopes")
    def scopes(store_id: int) -> ResponseReturnValue:
        parts.stores.get_existing(store_id)
        parts.stores.set_scopes(store_id, request.form.getlist("scope"))
        flash("The scopes of the token were saved.")
        return _back(store_id)


def _add_prices(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>/prices")
    def prices(store_id: int) -> ResponseReturnValue:
        described = describe(parts, parts.stores.get_existing(store_id))
        values = form_values(parts, store_id)
        return render_template("sandbox/prices.html", store=described, values=values)

    @blueprint.post("/stores/<int:store_id>/prices")
    def save_prices(store_id: int) -> ResponseReturnValue:
        save_form(parts, store_id, request.form)
        flash("The prices were saved.")
        return redirect(url_for("admin.prices", store_id=store_id), 303)


def _add_statuses(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>/statuses")
    def statuses(store_id: int) -> ResponseReturnValue:
        described = describe(parts, parts.stores.get_existing(store_id))
        found = parts.order_statuses.custom(store_id)
        return render_template("sandbox/statuses.html", store=described, statuses=found)

    @blueprint.post("/stores/<int:store_id>/statuses")
    def save_statuses(store_id: int) -> ResponseReturnValue:
        parts.stores.get_existing(store_id)
        form = request.form
        enabled = form.getlist("enabled")
        for status in parts.order_statuses.custom(store_id):
            key = status["statusId"]
            name = form.get(key, "").strip()
            fields = {"enabled": key in enabled} | ({"name": name} if name else {})
            parts.order_statuses.update(store_id, key, fields)
        flash("The order statuses were saved.")
        return redirect(url_for("admin.statuses", store_id=store_id), 303)
