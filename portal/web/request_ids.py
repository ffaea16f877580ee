"""Identifier of each request: in its response, in API problems and in all its log lines.

The access log also has the route of a request, but not its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask import Flask, request
from structlog.contextvars import bind_contextvars, unbind_contextvars
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "Request-Id"
_GIVEN = ("HTTP_REQUEST_ID", "HTTP_X_REQUEST_ID")
_LOG_NAME = "request_id"
_ENVIRON_NAME = "portal.request_id"
ROUTE = "portal.route"
# Only UUIDs: another pattern would let a client write phone numbers or names into the log.
_UUID = re.compile(
    r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.IGNORECASE
)


class RequestIds:
    """WSGI application that identifies each request: by the client's UUID, or else by a new one."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request; its log lines have the identifier until its last byte is sent."""
        request_id = environ[_ENVIRON_NAME] = _given_id(environ) or str(uuid4())

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, (HEADER, request_id)], *more)

        bind_contextvars(**{_LOG_NAME: request_id})
        try:
            body = self._app(environ, start)
        except BaseException:
            unbind_contextvars(_LOG_NAME)
            raise
        is_file = isinstance(body, environ.get("wsgi.file_wrapper", ()))
        if is_file:
            # The server sends a file without us, but only if it gets its own wrapper.
            unbind_contextvars(_LOG_NAME)
            return body
        return ClosingIterator(body, partial(unbind_contextvars, _LOG_NAME))


def current_request_id() -> str:
    """Return the identifier of the request that is being served."""
    return str(request.environ.get(_ENVIRON_NAME, ""))


def set_up_route_names(app: Flask) -> None:
    """Name the route of each request for the access log: Flask forgets it with its response."""

    @app.before_request
    def name_route() -> None:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule


def _given_id(environ: WSGIEnvironment) -> str:
    """Return the client's identifier in lower case; "" if it sent none that is a UUID."""
    for name in _GIVEN:
        given: str = environ.get(name, "")
        if _UUID.fullmatch(given):
            return given.lower()
    return ""
