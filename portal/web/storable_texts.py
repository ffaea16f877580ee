"""Refusal of requests with characters that PostgreSQL can't store, before any view reads them.

Those are NUL and halves of surrogate pairs; no person can type them. Fields of the API are checked
by `portal.web.api.request_parsing`, which names the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.web.errors import API_PATH, error_response

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def set_up_storable_texts(app: Flask) -> None:
    """Respond with 422 to such a form or query, and with 400 to such a path or header.

    The API answers such a path with 404, because no record has such an ID.
    """

    @app.before_request
    def refuse_unstorable() -> ResponseReturnValue | None:
        is_api = request.path.startswith(API_PATH)
        if _UNSTORABLE.search(request.path):
            abort(404 if is_api else 400)
        if any(map(_UNSTORABLE.search, request.headers.values())):
            abort(400)
        if is_api or not any(map(_UNSTORABLE.search, _sent_texts())):
            return None
        return error_response(
            422,
            _("A text has a character that can't be stored"),
            _("Go back, delete that text and type it again. Nothing was changed."),
        )


def _sent_texts() -> Iterator[str]:
    for fields in (request.args, request.form):
        for name, values in fields.lists():
            yield name
            yield from values
