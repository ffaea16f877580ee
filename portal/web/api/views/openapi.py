"""OpenAPI document of the API."""

from __future__ import annotations

from flask import Response

from portal.web.api.blueprint import blueprint
from portal.web.api.openapi_document import build_document
from portal.web.api.responses import ApiResponse, json_response
from portal.web.compression import compress
from portal.web.limits import limiter
from portal.web.runtime import current_runtime

DOCUMENTS_BY_ADDRESS = "60 per minute"


@blueprint.get("/openapi.json")
@limiter.shared_limit(DOCUMENTS_BY_ADDRESS, scope="api-document", override_defaults=False)
@compress.compressed()
def openapi() -> Response:
    """Return the OpenAPI document; it is public and needs no key."""
    settings = current_runtime().settings
    address = f"{settings.portal_url}{blueprint.url_prefix}"
    return json_response(
        ApiResponse(build_document(address, settings.support_contact)), is_storable=True
    )
