"""gunicorn's log lines have no paths, queries or headers of requests."""

from __future__ import annotations

import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from portal.web.request_ids import ROUTE
from portal.web.server.request_log import RequestLogger

ENVIRON = {
    "REQUEST_METHOD": "GET",
    "RAW_URI": "/reset/secret?state=secret",
    "PATH_INFO": "/reset/secret",
    "QUERY_STRING": "state=secret",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "203.0.113.7",
    "HTTP_REFERER": "http://portal.example/reset/secret",
    "HTTP_USER_AGENT": "secret",
}
RESPONSE = SimpleNamespace(status="200 OK", sent=7, headers=[("Location", "/reset/secret")])
REQUEST = SimpleNamespace(headers=[("COOKIE", "secret")])
EVERYTHING = "%(r)s %(U)s %(q)s %(f)s %(a)s %({cookie}i)s %({location}o)s %({raw_uri}e)s %(s)s"


@pytest.fixture
def logger() -> RequestLogger:
    """A logger with an access log of every field."""
    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", EVERYTHING)
    logger = RequestLogger(config)
    logger.error_log.propagate = logger.access_log.propagate = True
    return logger


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        (
            {ROUTE: "/reset/<token>"},
            "GET /reset/<token> HTTP/1.1 /reset/<token>  - - - - - 200",
        ),
        ({}, "GET - HTTP/1.1 -  - - - - - 200"),
        (
            {"PATH_INFO": "/webhooks/ecwid"},
            "GET /webhooks/ecwid HTTP/1.1 /webhooks/ecwid  - - - - - 200",
        ),
    ],
)
def test_access_log_has_the_route_in_any_format(
    logger: RequestLogger, caplog: pytest.LogCaptureFixture, environ: dict[str, Any], line: str
) -> None:
    logger.access(RESPONSE, REQUEST, {**ENVIRON, **environ}, timedelta(seconds=1))

    assert [record.getMessage() for record in caplog.records] == [line]


def test_failed_and_invalid_requests_are_logged_without_their_text(
    logger: RequestLogger, caplog: pytest.LogCaptureFixture
) -> None:
    logger.exception("Error handling request %s %s", "GET", "/reset/secret")
    logger.warning("Invalid request from ip=::1: Invalid HTTP request line: 'secret'")
    logger.exception("Exception in %s", "post_request hook")
    logger.warning("The queue of requests for %s is full", "pages")

    assert [record.getMessage() for record in caplog.records] == [
        "Error handling request",
        "Invalid request from ip=::1",
        "Exception in post_request hook",
        "The queue of requests for pages is full",
    ]
    assert caplog.records[0].levelno == logging.ERROR
