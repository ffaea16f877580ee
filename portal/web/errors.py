"""Error pages that say what to do, and JSON errors for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from peewee import InterfaceError, OperationalError
from redis import RedisError
from werkzeug.exceptions import HTTPException

from portal.web.api.problems import ProblemError, problem_response_for_status
from portal.web.exports.slots import RETRY_AFTER_S, TooManyExportsError
from portal.web.forbidden_text import forbidden_text
from portal.web.outside_calls import TooManyOutsideCallsError
from portal.web.security_events import note_refusal

log = structlog.get_logger(__name__)

MACHINE_PATHS = ("/webhooks/", "/healthz", "/readyz")
FORWARDED_HEADERS = ("Allow", "Retry-After")
API_PATH = "/api/v1"


def set_up_errors(app: Flask) -> None:
    """Handle HTTP errors, an unavailable database or Redis, and unexpected exceptions."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(TooManyExportsError, _too_many_exports)
    app.register_error_handler(TooManyOutsideCallsError, _too_many_outside_calls)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _dependency_unavailable)
    app.register_error_handler(InterfaceError, _dependency_unavailable)
    app.register_error_handler(RedisError, _dependency_unavailable)
    app.register_error_handler(Exception, _internal_error)
    # Flask's own line of an error that has no response yet has the path, which may contain a token.
    app.log_exception = _log_exception  # type: ignore[method-assign]


def error_response(status: int, title: str, advice: str) -> ResponseReturnValue:
    """Return the error page, or JSON for API calls, webhooks and probes."""
    if request.path.startswith(API_PATH):
        return problem_response_for_status(status)
    if request.path.startswith(MACHINE_PATHS):
        return {"error": title, "advice": advice}, status
    return render_template("errors/error.html", status=status, title=title, advice=advice), status


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    note_refusal(error)
    return error_response(
        400,
        _("This form has expired"),
        _("Go back, reload the page and try again. If that doesn't help, allow cookies."),
    )


def _too_many_exports(error: TooManyExportsError) -> ResponseReturnValue:
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    if request.path.startswith(API_PATH):
        detail = "Other exports are running. Wait for the number of seconds in Retry-After."
        return ProblemError("unavailable", detail, headers=headers).to_response()
    log.warning("export.refused", endpoint=request.endpoint, error=type(error).__name__)
    page = error_response(
        503,
        _("Other downloads are in progress"),
        _("Only a few downloads can run at once. Go back and try again in a minute."),
    )
    response = make_response(page)
    response.headers.update(headers)
    return response


def _too_many_outside_calls(error: TooManyOutsideCallsError) -> ResponseReturnValue:
    log.warning("outside_call.refused", view=request.endpoint)
    headers = {"Retry-After": str(error.retry_after)}
    if request.path.startswith(API_PATH):
        detail = "Many calls wait for Ecwid. Nothing was done. Wait for the time in Retry-After."
        return ProblemError("unavailable", detail, headers=headers).to_response()
    page = error_response(
        503,
        _("Ecwid is responding slowly"),
        _("Nothing was changed. Reload the page in a few seconds."),
    )
    response = make_response(page)
    response.headers.update(headers)
    return response


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, ProblemError):
        return error.to_response()
    if error.code is None or error.code < 400:  # noqa: PLR2004 - werkzeug's redirects
        return error
    note_refusal(error)
    title, advice = _error_text(error.code)
    response = error_response(error.code, title, advice)
    if isinstance(response, Response):
        for name, value in error.get_headers():
            if name in FORWARDED_HEADERS:
                response.headers[name] = value
        return response
    headers = [pair for pair in error.get_headers() if pair[0] in FORWARDED_HEADERS]
    return (*response, headers) if isinstance(response, tuple) else response


def _error_text(status: int) -> tuple[str, str]:
    """Return the title of an HTTP error and the advice to the user."""
    if status == HTTPStatus.FORBIDDEN:
        return forbidden_text()
    known = {
        404: (
            _("Page not found"),
            _("The address may be wrong, or the page may belong to another account."),
        ),
        405: (_("Not allowed"), _("Go back and use the buttons on the page.")),
        413: (_("Too much data"), _("Send less data and try again.")),
        429: (
            _("Too many attempts"),
            _("Wait a minute and try again. Nothing was changed."),
        ),
        500: (
            _("Something went wrong on our side"),
            _("We've logged the error. Try again in a moment. Your data is safe."),
        ),
        503: _unavailable_text(),
    }
    return known.get(
        status,
        (_("Bad request"), _("Go back, reload the page and try again.")),
    )


def _unavailable_text() -> tuple[str, str]:
    return (
        _("We're temporarily unavailable"),
        _("Part of the portal is restarting. Try again in a minute. Your data is safe."),
    )


def _dependency_unavailable(error: Exception) -> ResponseReturnValue:
    log.error(
        "request.dependency_unavailable", endpoint=request.endpoint, error=type(error).__name__
    )
    return error_response(503, *_unavailable_text())


def _log_exception(exc_info: Any) -> None:
    log.error("request.failed", endpoint=request.endpoint, exc_info=exc_info)


def _internal_error(error: Exception) -> ResponseReturnValue:
    log.exception("request.failed", endpoint=request.endpoint, error=type(error).__name__)
    return error_response(500, *_error_text(500))
