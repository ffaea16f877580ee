"""Answer programs: the JSON API, its OpenAPI document, and the reference made of that."""

from __future__ import annotations

from flask import Flask, Response

from portal.web.api import (
    catalogue,
    docs,
    exports,
    keys,
    order_changes,
    ordering,
    sales,
    stores,
    work,
)
from portal.web.api.answers import Answer, json_answer
from portal.web.api.document import document
from portal.web.api.endpoints import blueprint
from portal.web.compression import compress
from portal.web.limits import limiter
from portal.web.runtime import current_runtime

__all__ = [
    "add_to",
    "blueprint",
    "catalogue",
    "exports",
    "order_changes",
    "ordering",
    "sales",
    "stores",
    "work",
]

limiter.limit(keys.calls_per_minute, key_func=keys.counted_key)(blueprint)
limiter.limit(keys.GUESSES_BY_ADDRESS, deduct_when=keys.is_guess, exempt_when=keys.is_known)(
    blueprint
)


@blueprint.get("/openapi.json")
@compress.compressed()
def openapi() -> Response:
    """Return the document; it holds nothing secret, so nobody needs a key for it."""
    address = f"{current_runtime().settings.portal_url}{blueprint.url_prefix}"
    return json_answer(Answer(document(address)))


def add_to(app: Flask) -> None:
    """Serve the API and its reference."""
    app.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint)
