"""Answer calls: compact JSON with a tag of its content, so that the unchanged costs no bytes."""

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
    """Hold what is answered; a view may return its body alone, which is then a 200."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def set_up_compression(app: Flask) -> None:
    """Let answers of the API be packed by gzip, and no page: those hold secrets beside input."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        COMPRESS_LEVEL=4,
        COMPRESS_MIMETYPES=[JSON, "application/problem+json", "application/jsonl", "text/csv"],
    )
    compress.init_app(app)


def json_answer(answer: Answer) -> Response:
    """Return the answer as JSON; of a GET only a 304 if the caller has it already."""
    response = Response(_encode(answer.body), status=answer.status, mimetype=JSON)
    response.headers.update(answer.headers)
    if request.method in ("GET", "HEAD"):
        # Weak, for the packed answer has the same tag.
        response.add_etag(weak=True)
        response.cache_control.private = response.cache_control.no_cache = True
        response.make_conditional(request)
    else:
        response.cache_control.no_store = True
    return response
