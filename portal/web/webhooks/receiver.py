"""Receive Ecwid's webhooks: verify the signature, store the event, respond.

Ecwid treats 200, 201, 202, 204 and 209 as success and retries everything else for 24 hours. Only an
event that is committed to the database gets a 200.

This WSGI application runs before Flask. Webhooks don't need what Flask does for pages (sessions,
sign-in, forms, limits, languages, browser headers), and it took three quarters of the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

import simplejson
import structlog
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from portal.errors import RejectedWebhookError, WebhookFormatError
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.events.accept_event import accept_event
from portal.services.runtime import Runtime

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)

PATH = "/webhooks/ecwid"
# Ecwid follows no redirect, so an address that was registered with a slash at its end works, too.
PATHS = (PATH, f"{PATH}/")
# Two pages of the older official docs show PUT; all others show POST.
METHODS = ("POST", "PUT")
BODY_LIMIT_BYTES = 64 * 1024
SIGNATURE = "HTTP_X_ECWID_WEBHOOK_SIGNATURE"
# Useful when somebody investigates a webhook later; never cookies, credentials or IP addresses.
STORED_HEADERS = {
    "CONTENT_TYPE": "Content-Type",
    "HTTP_USER_AGENT": "User-Agent",
    "HTTP_X_REQUEST_ID": "X-Request-Id",
    "HTTP_X_ECWID_API_REQUEST_ID": "X-Ecwid-Api-Request-Id",
}
HEADER_LIMIT = 200

ReceiverResponse = tuple[HTTPStatus, bytes]

ACCEPTED: ReceiverResponse = (HTTPStatus.OK, b'{"accepted": true, "duplicate": false}\n')
DUPLICATE: ReceiverResponse = (HTTPStatus.OK, b'{"accepted": true, "duplicate": true}\n')


class Receiver:
    """WSGI application that handles webhooks and passes all other requests to the pages."""

    def __init__(self, runtime: Runtime, pages: WSGIApplication) -> None:
        self._runtime = runtime
        self._pages = pages

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond with 200 once the event is committed; a 503 makes Ecwid retry."""
        if environ.get("PATH_INFO") not in PATHS:
            return self._pages(environ, start_response)
        status, answer = self._answer(environ)
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", ", ".join(METHODS)))
        start_response(f"{status.value} {status.phrase}", headers)
        return [answer]

    def _answer(self, environ: WSGIEnvironment) -> ReceiverResponse:
        if environ["REQUEST_METHOD"] not in METHODS:
            return _refuse(HTTPStatus.METHOD_NOT_ALLOWED, "send webhooks with POST")
        try:
            return ACCEPTED if self._accept(environ) else DUPLICATE
        except WebhookFormatError as error:
            return _refuse(HTTPStatus.BAD_REQUEST, str(error))
        except RejectedWebhookError as error:
            return _refuse(HTTPStatus.UNAUTHORIZED, str(error))
        except RequestEntityTooLarge:
            self._runtime.rejected_webhooks.count(RejectionReason.TOO_LARGE)
            return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is larger than 64 KiB")
        except Exception as error:
            # No event may get lost, not even by a bug in the portal. A 503 makes Ecwid send it
            # again.
            log.exception("webhook.not_recorded", error=type(error).__name__)
            self._runtime.rejected_webhooks.count(RejectionReason.NOT_RECORDED)
            return _refuse(
                HTTPStatus.SERVICE_UNAVAILABLE, "the event could not be recorded; send it again"
            )

    def _accept(self, environ: WSGIEnvironment) -> bool:
        body = _body(environ)
        database = self._runtime.database
        was_opened = database.connect(reuse_if_open=True)
        try:
            return accept_event(
                self._runtime, body, environ.get(SIGNATURE), _stored_headers(environ)
            )
        finally:
            if was_opened:
                database.close()


def _body(environ: WSGIEnvironment) -> bytes:
    length = environ.get("CONTENT_LENGTH", "")
    # Almost all webhooks have a length. The server's input stream then ends there without help.
    if length.isdecimal() and int(length) <= BODY_LIMIT_BYTES:
        body: bytes = environ["wsgi.input"].read(int(length))
        return body
    return get_input_stream(environ, max_content_length=BODY_LIMIT_BYTES).read()


def _stored_headers(environ: WSGIEnvironment) -> dict[str, str]:
    return {
        name: environ[key][:HEADER_LIMIT]
        for key, name in STORED_HEADERS.items()
        if environ.get(key)
    }


def _refuse(status: HTTPStatus, message: str) -> ReceiverResponse:
    answer: str = simplejson.dumps({"accepted": False, "error": message})
    return status, answer.encode()
