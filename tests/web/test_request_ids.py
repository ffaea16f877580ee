"""Each request has an identifier: in its response, in API problems and in its log lines."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import pytest
import structlog
from flask import Flask
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.testing import capture_logs
from werkzeug.test import Client, EnvironBuilder

from portal.web.request_ids import RequestIds

PATHS = ("/login", "/api/v1/stores", "/api/docs", "/no-such-page", "/webhooks/ecwid", "/healthz")
GIVEN = "6F1C2A34-5B6D-4E7F-8A90-B1C2D3E4F506"


@pytest.mark.parametrize("path", PATHS)
def test_every_response_has_an_identifier_of_its_own(app: Flask, path: str) -> None:
    found = {app.test_client().get(path).headers["Request-Id"] for _ in range(2)}

    assert len({UUID(each) for each in found}) == 2


@pytest.mark.parametrize("header", ["Request-Id", "X-Request-Id"])
@pytest.mark.parametrize("given", [GIVEN, GIVEN.replace("-", "")])
def test_uuid_of_the_client_is_used(app: Flask, header: str, given: str) -> None:
    response = app.test_client().get("/healthz", headers={header: given})

    assert response.headers.getlist("Request-Id") == [given.lower()]


@pytest.mark.parametrize(
    "given",
    ["", "ada@shopper.example", "4111-1111-1111-1111", GIVEN[:-1], f"{GIVEN}0", f"{GIVEN} x"],
)
def test_any_other_text_of_the_client_is_replaced(app: Flask, given: str) -> None:
    response = app.test_client().get("/healthz", headers={"Request-Id": given})

    assert given.lower() != response.headers["Request-Id"]
    assert UUID(response.headers["Request-Id"])


def test_problem_of_the_api_names_the_request(app: Flask) -> None:
    response = app.test_client().get("/api/v1/stores")

    assert response.json["request_id"] == response.headers["Request-Id"]


def test_log_lines_of_a_request_and_of_its_streamed_body_have_the_identifier() -> None:
    log = structlog.get_logger("tests")

    def serve(_environ: object, start_response: object) -> Iterable[bytes]:
        log.info("request.begun")
        start_response("200 OK", [])  # type: ignore[operator]
        return stream()

    def stream() -> Iterable[bytes]:
        log.info("body.begun")
        yield b"done"

    with capture_logs(processors=[merge_contextvars]) as lines:
        response = Client(RequestIds(serve)).get("/", headers={"Request-Id": GIVEN}, buffered=True)
        log.info("request.over")

    assert response.data == b"done"
    assert [(line["event"], line.get("request_id")) for line in lines] == [
        ("request.begun", GIVEN.lower()),
        ("body.begun", GIVEN.lower()),
        ("request.over", None),
    ]


def test_log_lines_after_a_request_that_was_given_up_have_no_identifier() -> None:
    def park(_environ: object, _start_response: object) -> Iterable[bytes]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Client(RequestIds(park)).get("/")

    assert get_contextvars() == {}


def test_file_is_left_to_the_server() -> None:
    class FileWrapper(list[bytes]):
        """The server's own wrapper of files."""

    file = FileWrapper([b"content"])

    def serve(_environ: object, start_response: object) -> Iterable[bytes]:
        start_response("200 OK", [])  # type: ignore[operator]
        return file

    environ = EnvironBuilder().get_environ() | {"wsgi.file_wrapper": FileWrapper}
    headers: list[tuple[str, str]] = []

    def start(_status: str, sent: list[tuple[str, str]], *_: object) -> object:
        return headers.extend(sent)

    assert RequestIds(serve)(environ, start) is file
    assert [name for name, _ in headers] == ["Request-Id"]
    assert get_contextvars() == {}
