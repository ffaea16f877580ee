"""OpenAPI document of the API."""

from __future__ import annotations

from flask import Response

from portal.web.api.authentication import calls_per_minute, counted_key
from portal.web.api.blueprint import blueprint
from portal.web.api.openapi_document import document
from portal.web.api.responses import Answer, json_answer
from portal.web.compression import compress
from portal.web.limits import limiter
from portal.web.runtime import current_runtime


@blueprint.get("/openapi.json")
@limiter.limit(calls_per_minute, key_func=counted_key, override_defaults=False)
@compress.compressed()
def openapi() -> Response:
    """Return the document; it is public, so it needs no key."""
    address = f"{current_runtime().settings.portal_url}{blueprint.url_prefix}"
    return json_answer(Answer(document(address)))
