"""Answer every error with a page that says what to do, or with JSON where machines call."""

from __future__ import annotations

import structlog
from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from peewee import InterfaceError, OperationalError
from redis import RedisError
from werkzeug.exceptions import HTTPException

from portal.web.api.problems import ProblemError, problem_of_status

log = structlog.get_logger(__name__)

MACHINE_PATHS = ("/webhooks/", "/healthz", "/readyz")
PASSED_ON = ("Allow", "Retry-After")
API_PATH = "/api/v1"


def set_up_errors(app: Flask) -> None:
    """Answer HTTP errors, a database or queue server that is away, and our own mistakes."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(InterfaceError, _away)
    app.register_error_handler(RedisError, _away)
    app.register_error_handler(Exception, _broken)


def error_answer(status: int, title: str, advice: str) -> ResponseReturnValue:
    """Return the page, or the JSON, for an error."""
    if request.path.startswith(API_PATH):
        return problem_of_status(status)
    if request.path.startswith(MACHINE_PATHS):
        return {"problem": title, "advice": advice}, status
    return render_template("errors/error.html", status=status, title=title, advice=advice), status


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return error_answer(
        400,
        _("This form is too old"),
        _("Go back, reload the page and send it again. If that doesn't help, allow cookies."),
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, ProblemError):
        return error.answer()
    if error.code is None or error.code < 400:  # noqa: PLR2004 - werkzeug's redirects
        return error
    title, advice = _words(error.code)
    response = error_answer(error.code, title, advice)
    if isinstance(response, Response):
        for name, value in error.get_headers():
            if name in PASSED_ON:
                response.headers[name] = value
        return response
    headers = [pair for pair in error.get_headers() if pair[0] in PASSED_ON]
    return (*response, headers) if isinstance(response, tuple) else response


def _words(status: int) -> tuple[str, str]:
    """Return what happened and what to do, for a person."""
    known = {
        403: (
            _("Only the store's owner can do this"),
            _("Ask the owner; the store's team page says who that is. Nothing was changed."),
        ),
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
        503: _away_words(),
    }
    return known.get(
        status,
        (_("This request makes no sense"), _("Go back, reload the page and try again.")),
    )


def _away_words() -> tuple[str, str]:
    return (
        _("We are not reachable right now"),
        _("Part of the portal is being restarted. Try again in a minute; nothing is lost."),
    )


def _away(error: Exception) -> ResponseReturnValue:
    log.error("request.dependency_away", path=request.path, error=type(error).__name__)
    return error_answer(503, *_away_words())


def _broken(error: Exception) -> ResponseReturnValue:
    log.exception("request.broken", path=request.path, error=type(error).__name__)
    return error_answer(500, *_words(500))
