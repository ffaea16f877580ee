"""Serve the pages of one store: what can happen to it, its settings, and the app in it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.control_api import describe
from portal.sandbox.life import GROUPS, happen
from portal.sandbox.parts import Parts
from portal.sandbox.plans import PLANS
from portal.sandbox.shopkeeping import change_prices


def add(blueprint: Blueprint, parts: Parts) -> None:
    """Add the pages."""
    _add_overview(blueprint, parts)
    _add_settings(blueprint, parts)


def _back(store_id: int) -> ResponseReturnValue:
    return redirect(url_for("control.store", store_id=store_id), 303)


def _add_overview(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/stores/<int:store_id>")
    def store(store_id: int) -> ResponseReturnValue:
        described = describe(parts, parts.stores.existing(store_id))
        return render_template(
            "sandbox/store.html",
            store=described,
            groups=GROUPS,
            # A reseller's plan has a name of its own.
            plans=dict.fromkeys((*PLANS, described["plan"])),
            scopes=list(dict.fromkeys((*parts.config.scopes, *described["scopes"]))),
        )

    @blueprint.post("/stores/<int:store_id>/life/<name>")
    def life(store_id: int, name: str) -> ResponseReturnValue:
        flash(happen(parts, store_id, name))
        return _back(store_id)

    @blueprint.post("/stores/<int:store_id>/changes")
    def changes(store_id: int) -> ResponseReturnValue:
        count = change_prices(parts, store_id, request.form)
        flash(f"{count:,} products have another price.")
        return _back(store_id)


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
            },
        )
        flash("The settings are saved.")
        return _back(store_id)

    @blueprint.post("/stores/<int:store_id>/scopes")
    def scopes(store_id: int) -> ResponseReturnValue:
        parts.stores.existing(store_id)
        parts.stores.set_scopes(store_id, request.form.getlist("scope"))
        flash("The token may do what is ticked.")
        return _back(store_id)
