"""Error pages that say what to do, and JSON errors for programs."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from peewee import InterfaceError, OperationalError
from redis import RedisError
from werkzeug.exceptions import HTTPException

from portal.rules.accounts.store_access import StoreAccess
from portal.web.api.problems import ProblemError, problem_response_for_status
from portal.web.exports.slots import RETRY_AFTER_S, TooManyExportsError
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
        _("This form is too old"),
        _("Go back, reload the page and send it again. If that doesn't help, allow cookies."),
    )


def _too_many_exports(error: TooManyExportsError) -> ResponseReturnValue:
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    if request.path.startswith(API_PATH):
        detail = "Other exports are running. Wait for the number of seconds in Retry-After."
        return ProblemError("unavailable", detail, headers=headers).to_response()
    log.warning("export.refused", endpoint=request.endpoint, error=type(error).__name__)
    page = error_response(
        503,
        _("Other downloads are running"),
        _("Only a few can run at the same time. Go back and try again in a minute."),
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
        _("Ecwid is answering slowly"),
        _("Many requests wait for it. Nothing was changed. Reload the page in a few seconds."),
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
    known = {
        403: _forbidden_text(),
        404: (
            _("This page doesn't exist"),
            _("The address may be mistyped, or what it showed belongs to another account."),
        ),
        405: (_("This can't be done here"), _("Go back and use the buttons of the page.")),
        413: (_("That is too much at once"), _("Send less and try again.")),
        429: (
            _("Too many tries"),
            _("Wait a minute, then try again. Nothing was changed."),
        ),
        500: (
            _("Something broke on our side"),
            _("It was written down. Try again in a moment; nothing of yours is lost."),
        ),
        503: _unavailable_text(),
    }
    return known.get(
        status,
        (_("This request makes no sense"), _("Go back, reload the page and try again.")),
    )


def _forbidden_text() -> tuple[str, str]:
    """Return whom to ask: an admin, the team of a store that an operator views, or the owner."""
    if request.blueprint == "operator":
        return (
            _("Only admins can do this"),
            _("Ask an admin; the page Users says who that is. Nothing was changed."),
        )
    _store_id, access = g.get("store_access", (None, StoreAccess.OWNER))
    if access.is_operator:
        return (
            _("Operators with your role can't do this"),
            _("Admins control its sync and events; the rest is for its team. Nothing was changed."),
        )
    return (
        _("Only the store's owner can do this"),
        _("Ask the owner; the store's team page says who that is. Nothing was changed."),
    )


def _unavailable_text() -> tuple[str, str]:
    return (
        _("We are not reachable right now"),
        _("Part of the portal is being restarted. Try again in a minute; nothing is lost."),
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
