"""Calls of the admin API about a store's custom apps."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from portal.sandbox.custom_apps import DEFAULT_SCOPES
from portal.sandbox.parts import Parts
from portal.sandbox.validation import require_object


def add_calls(blueprint: Blueprint, parts: Parts) -> None:
    """Register the calls."""
    path = "/stores/<int:store_id>/custom-apps"

    @blueprint.get(path)
    def custom_apps(store_id: int) -> ResponseReturnValue:
        parts.stores.get_existing(store_id)
        return jsonify(parts.custom_apps.all(store_id))

    @blueprint.post(path)
    def create_custom_app(store_id: int) -> ResponseReturnValue:
        app_id = parts.custom_apps.create(store_id, **_fields(scopes=DEFAULT_SCOPES))
        return parts.custom_apps.get(store_id, app_id), 201

    @blueprint.patch(f"{path}/<int:app_id>")
    def change_custom_app(store_id: int, app_id: int) -> ResponseReturnValue:
        parts.custom_apps.change(store_id, app_id, **_fields(scopes=None))
        return parts.custom_apps.get(store_id, app_id)

    @blueprint.delete(f"{path}/<int:app_id>")
    def delete_custom_app(store_id: int, app_id: int) -> ResponseReturnValue:
        parts.custom_apps.delete(store_id, app_id)
        return {"deleted": True}


def _fields(scopes: Any) -> dict[str, Any]:
    given = require_object(request.get_json(force=True, silent=True))
    return {
        "scopes": given.get("scopes", scopes),
        "webhook_url": given.get("webhook_url", ""),
    }
