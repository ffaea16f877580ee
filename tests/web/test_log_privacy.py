"""No log line has the path or the query of a request: both may contain a token."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from flask import Flask
from peewee import OperationalError
from redis import RedisError
from structlog.testing import capture_logs
from werkzeug.routing import Rule

from portal.services.runtime import Runtime
from portal.web.app import create_app

SECRET = "tokenthatnobodymaysee"
QUERY = {"token": SECRET, "code": SECRET, "state": SECRET, "next": f"/reset/{SECRET}", "q": SECRET}
FAILURES = (RuntimeError("bug"), OperationalError("database is locked"), RedisError("away"))


def paths(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield method and path of each route, with the secret in place of each text."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: _value(rule, name) for name in rule.arguments}
            path = app.url_for(rule.endpoint, **values)
            methods = sorted((rule.methods or set()) & {"GET", "POST"})
            yield from ((method, path) for method in methods)


def _value(rule: Rule, name: str) -> Any:
    converter = rule._converters[name]
    kind = type(converter).__name__
    if kind == "AnyConverter":
        return next(iter(converter.items))
    return SECRET if kind in ("UnicodeConverter", "PathConverter") else "7"


def lines_of(app: Flask, caplog: pytest.LogCaptureFixture) -> str:
    """Return all log lines of one request for each route."""
    client = app.test_client()
    with capture_logs() as lines, caplog.at_level(logging.DEBUG):
        for number, (method, path) in enumerate(paths(app)):
            client.open(
                path,
                method=method,
                query_string=QUERY,
                environ_overrides={"REMOTE_ADDR": f"10.0.{number >> 8}.{number & 255}"},
            ).close()
    records = [(record.getMessage(), record.args) for record in caplog.records]
    return repr(lines) + repr(records)


def test_routes_with_tokens_are_among_those_that_are_requested(app: Flask) -> None:
    requested = {path for _method, path in paths(app)}

    assert {f"/reset/{SECRET}", f"/signup/{SECRET}", f"/invitations/{SECRET}"} <= requested


def test_no_line_of_an_answered_request_has_its_path(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    assert SECRET not in lines_of(app, caplog)


def test_no_line_of_a_failed_request_has_its_path(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    app, failures = create_app(runtime), cycle(FAILURES)

    def fail() -> None:
        raise next(failures)

    app.before_request_funcs.setdefault(None, []).insert(0, fail)

    lines = lines_of(app, caplog)

    assert "request.failed" in lines
    assert "request.dependency_unavailable" in lines
    assert SECRET not in lines


def test_no_line_of_a_failed_response_has_its_path(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(runtime)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.after_request_funcs.setdefault(None, []).append(lambda _: 1 // 0)

    with capture_logs() as lines, caplog.at_level(logging.DEBUG):
        assert app.test_client().get(f"/reset/{SECRET}").status_code == 500

    assert [line["endpoint"] for line in lines] == ["accounts.reset"]
    assert SECRET not in caplog.text + repr(lines)
