"""Answers of the API: compact JSON with an ETag, compressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from flask import Flask, Response, request
from flask_compress import Compress

JSON = "application/json"

compress = Compress()
_encode = msgspec.json.Encoder(decimal_format="string").encode


@dataclass(frozen=True)
class Answer:
    """Body, status and headers; a view may return the body alone for a 200."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def set_up_compression(app: Flask) -> None:
    """Compress answers of the API only: pages mix secrets with user input (BREACH)."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        COMPRESS_LEVEL=4,
        COMPRESS_MIMETYPES=[JSON, "application/problem+json", "application/jsonl", "text/csv"],
    )
    compress.init_app(app)


def json_answer(answer: Answer) -> Response:
    """Return the answer as JSON; a GET is answered with 304 if the caller's copy is current."""
    response = Response(_encode(answer.body), status=answer.status, mimetype=JSON)
    response.headers.update(answer.headers)
    if request.method in ("GET", "HEAD"):
        # A weak tag, because the compressed answer has the same one.
        response.add_etag(weak=True)
        response.cache_control.private = response.cache_control.no_cache = True
        response.make_conditional(request)
    else:
        response.cache_control.no_store = True
    return response
