"""Admin page of a store's custom apps."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.admin_api import describe
from portal.sandbox.custom_apps import DEFAULT_SCOPES
from portal.sandbox.parts import Parts


def add_pages(blueprint: Blueprint, parts: Parts) -> None:
    """Register the page and its forms."""

    @blueprint.get("/stores/<int:store_id>/custom-apps")
    def custom_apps(store_id: int) -> ResponseReturnValue:
        found = parts.custom_apps.all(store_id)
        granted = [scope for app in found for scope in app["scopes"]]
        return render_template(
            "sandbox/custom_apps.html",
            store=describe(parts, parts.stores.get_existing(store_id)),
            apps=found,
            scopes=list(dict.fromkeys((*parts.config.scopes, *DEFAULT_SCOPES, *granted))),
            default_scopes=DEFAULT_SCOPES,
        )

    @blueprint.post("/stores/<int:store_id>/custom-apps")
    def create_custom_app(store_id: int) -> ResponseReturnValue:
        parts.custom_apps.create(store_id, request.form.getlist("scope"), _webhook_url())
        flash("The custom app was created.")
        return _back(store_id)

    @blueprint.post("/stores/<int:store_id>/custom-apps/<int:app_id>")
    def change_custom_app(store_id: int, app_id: int) -> ResponseReturnValue:
        parts.custom_apps.change(store_id, app_id, request.form.getlist("scope"), _webhook_url())
        flash("The custom app was changed.")
        return _back(store_id)

    @blueprint.post("/stores/<int:store_id>/custom-apps/<int:app_id>/delete")
    def delete_custom_app(store_id: int, app_id: int) -> ResponseReturnValue:
        parts.custom_apps.delete(store_id, app_id)
        flash("The custom app was deleted, and its tokens are no longer valid.")
        return _back(store_id)


def _webhook_url() -> str:
    return request.form.get("webhook_url", "").strip()


def _back(store_id: int) -> ResponseReturnValue:
    return redirect(url_for("admin.custom_apps", store_id=store_id), 303)
