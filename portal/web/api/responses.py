"""JSON responses of the API, with an ETag for conditional requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from flask import Response, request
from werkzeug.http import generate_etag

JSON = "application/json"

_encode = msgspec.json.Encoder(decimal_format="string").encode


@dataclass(frozen=True)
class ApiResponse:
    """Response of a view; a view that returns only a body responds with 200.

    ``version`` begins the ETag of a record that `If-Match` is compared with.
    """

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    version: str = ""


def json_response(answer: ApiResponse, *, is_storable: bool = False) -> Response:
    """Return a JSON response, or a 304 if the client has the same content already.

    ``is_storable``: a GET has no personal data and no secrets, so its client may store it.
    """
    response = Response(_encode(answer.body), status=answer.status, mimetype=JSON)
    response.headers.update(answer.headers)
    if request.method in ("GET", "HEAD"):
        # Weak, because the compressed response has the same ETag.
        if answer.version:
            etag = f"{answer.version}-{generate_etag(response.get_data())}"
            response.set_etag(etag, weak=True)
        else:
            response.add_etag(weak=True)
        if is_storable:
            response.cache_control.private = response.cache_control.no_cache = True
        response.make_conditional(request)
    return response
