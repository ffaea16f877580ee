"""Endpoints of webhook registrations, a sandbox extension: the published API has none."""

from __future__ import annotations

import json
import time
from typing import Any

from flask import Response

from portal.sandbox.access import ApiError
from portal.sandbox.listing import envelope
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import (
    MAX_INTEGER,
    NotFoundError,
    WrongParameterError,
    is_text,
    is_text_list,
)


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""

    def check_enabled() -> None:
        if not parts.switches.is_on("webhook_registration"):
            raise ApiError(Response("", 404))

    def calling_app(store: Any) -> int:
        app: int = parts.access.token(store["id"])["custom_app"]
        return app

    # Source (assumed): A store lists its webhook registrations in the envelope of other lists.
    @endpoint("/webhooks", "read_store_profile")
    def registrations(store: Any) -> Any:
        check_enabled()
        rows = parts.state.rows(
            "SELECT * FROM registration WHERE store = ? AND custom_app = ?",
            store["id"],
            calling_app(store),
        )
        items = [
            json.dumps({"id": r["id"], "url": r["url"], "events": json.loads(r["events"])})
            for r in rows
        ]
        return envelope(items, total=len(items), offset=0, limit=100)

    # Source (assumed): A new webhook registration has a URL and a list of events.
    @endpoint("/webhooks", "read_store_profile", "POST")
    def register(store: Any) -> Any:
        check_enabled()
        given = body()
        if not is_text(given.get("url")) or not is_text_list(given.get("events")):
            raise WrongParameterError("Fields url and events are required")
        with parts.state.transaction() as connection:
            new = connection.execute(
                "INSERT INTO registration (store, url, events, custom_app) VALUES (?,?,?,?)",
                (store["id"], given["url"], json.dumps(given["events"]), calling_app(store)),
            ).lastrowid
        return {"id": new, "createdAt": int(time.time())}

    # Source (assumed): A deleted webhook registration is answered with deleteCount.
    @endpoint("/webhooks/<int:registration_id>", "read_store_profile", "DELETE")
    def unregister(store: Any, registration_id: int) -> Any:
        check_enabled()
        with parts.state.transaction() as connection:
            gone = connection.execute(
                "DELETE FROM registration WHERE store = ? AND id = ? AND custom_app = ?",
                (store["id"], min(registration_id, MAX_INTEGER), calling_app(store)),
            ).rowcount
        if not gone:
            raise NotFoundError("WEBHOOK_NOT_FOUND", "Webhook not found")
        return {"deleteCount": 1}
