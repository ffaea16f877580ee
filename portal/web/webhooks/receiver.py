"""Receive Ecwid's webhooks: verify, write down, answer.

Ecwid counts 200, 201, 202, 204 and 209 as delivered and repeats everything else for 24 hours, so
only an event that is in the database gets a 200.

This is a WSGI application of its own, asked before Flask. What Flask does for pages (session,
sign-in, forms, limits, languages, headers for browsers) a machine's call doesn't need, and it took
three quarters of the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import simplejson
import structlog
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from portal.errors import EventError, EventFormatError
from portal.rules.delivery_problems import DeliveryProblem
from portal.services.accept_event import accept_event
from portal.services.runtime import Runtime

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)

PATH = "/webhooks/ecwid"
BODY_LIMIT_BYTES = 64 * 1024
SIGNATURE_HEADER = "X-Ecwid-Webhook-Signature"
# What may help to explain a delivery later; never cookies, credentials or addresses.
KEPT_HEADERS = ("Content-Type", "User-Agent", "X-Request-Id", "X-Ecwid-Api-Request-Id")
HEADER_LIMIT = 200
JSON = "application/json"
ACCEPTED = b'{"accepted": true, "repeated": false}\n'
REPEATED = b'{"accepted": true, "repeated": true}\n'


class Receiver:
    """Answer deliveries, and leave every other address to the pages."""

    def __init__(self, runtime: Runtime, pages: WSGIApplication) -> None:
        self._runtime = runtime
        self._pages = pages

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer 200 once the event is safe; 503 asks Ecwid to send it again."""
        if environ.get("PATH_INFO") != PATH:
            return self._pages(environ, start_response)
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            return self._accept(request)
        except EventFormatError as error:
            return _refuse(400, str(error))
        except EventError as error:
            return _refuse(401, str(error))
        except HTTPException as error:
            if isinstance(error, RequestEntityTooLarge):
                self._runtime.problems.count(DeliveryProblem.TOO_LARGE)
            return _refuse(error.code or 400, error.description or "", error.get_headers())
        except Exception as error:
            # No event may be lost by a mistake of ours either.
            log.exception("webhook.not_recorded", error=type(error).__name__)
            self._runtime.problems.count(DeliveryProblem.NOT_RECORDED)
            return _refuse(503, "the event could not be recorded; send it again")

    def _accept(self, request: Request) -> Response:
        if request.method != "POST":
            raise MethodNotAllowed(["POST"])
        request.max_content_length = BODY_LIMIT_BYTES
        body = request.get_data()
        signature = request.headers.get(SIGNATURE_HEADER)
        database = self._runtime.database
        was_opened = database.connect(reuse_if_open=True)
        try:
            is_new = accept_event(self._runtime, body, signature, _kept(request))
        finally:
            if was_opened:
                database.close()
        return Response(ACCEPTED if is_new else REPEATED, content_type=JSON)


def _kept(request: Request) -> dict[str, str]:
    found = ((name, request.headers.get(name)) for name in KEPT_HEADERS)
    return {name: value[:HEADER_LIMIT] for name, value in found if value}


def _refuse(status: int, problem: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    answer = simplejson.dumps({"accepted": False, "problem": problem})
    response = Response(answer, status, content_type=JSON)
    response.headers.extend(pair for pair in headers if pair[0] == "Allow")
    return response
