"""A call returns exact JSON, or raises the error that matches its response."""

from __future__ import annotations

import gzip
import socket
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
import requests
import requests_mock

from portal.ecwid import transport as transport_module
from portal.ecwid.error_responses import DEFAULT_RETRY_AFTER_S, MAX_RETRY_AFTER_S
from portal.ecwid.errors import (
    EcwidConflictError,
    EcwidError,
    EcwidFeatureError,
    EcwidInvalidError,
    EcwidNotFoundError,
    EcwidPlanError,
    EcwidRateLimitError,
    EcwidScopeError,
    EcwidSuspendedError,
    EcwidTimeoutError,
    EcwidTokenError,
    EcwidTooLargeError,
    EcwidUnavailableError,
    EcwidUnreadableError,
)
from portal.ecwid.transport import ATTEMPTS, Transport, open_http

API = "http://ecwid.invalid/api/v3"
URL = f"{API}/1003/products"
TOKEN = "secret_4f0Qexample"

REFUSALS: list[tuple[int, str | None, type[EcwidError]]] = [
    (400, "WRONG_PARAMETER", EcwidInvalidError),
    (400, "INCORRECT_IMAGE_SIZE", EcwidInvalidError),
    (400, "LANGUAGES_NOT_ALLOWED", EcwidInvalidError),
    (400, "COMBINATION_LIMIT_PER_REQUEST_EXCEEDED", EcwidInvalidError),
    (400, None, EcwidInvalidError),
    (401, None, EcwidTokenError),
    (401, "INVALID_API_TOKEN", EcwidTokenError),
    (402, "NOT_AVAILABLE_ON_CURRENT_PLAN", EcwidPlanError),
    (402, "STORE_IS_SUSPENDED", EcwidSuspendedError),
    (402, "MAX_PRODUCTS_FOR_API_REQUEST_LIMIT_EXCEEDED", EcwidPlanError),
    (402, "MAX_CATEGORIES_FOR_API_REQUEST_LIMIT_EXCEEDED", EcwidPlanError),
    (402, "MAX_PROMOTIONS_LIMIT_EXCEEDED", EcwidPlanError),
    (402, None, EcwidPlanError),
    (403, "INSUFFICIENT_APP_SCOPE", EcwidScopeError),
    (403, "INVALID_API_TOKEN", EcwidTokenError),
    (403, "DISCOUNTS_FEATURE_NOT_AVAILABLE", EcwidFeatureError),
    (403, "ADVANCED_DISCOUNTS_FEATURE_NOT_AVAILABLE", EcwidFeatureError),
    (403, "SHIPPING_DISCOUNTS_FEATURE_NOT_AVAILABLE", EcwidFeatureError),
    (403, "CUSTOMER_GROUPS_FEATURE_NOT_AVAILABLE", EcwidFeatureError),
    (403, "PRODUCT_REVIEWS_FEATURE_NOT_AVAILABLE", EcwidFeatureError),
    (403, None, EcwidTokenError),
    (404, "STORE_NOT_FOUND", EcwidNotFoundError),
    (404, "PRODUCT_NOT_FOUND", EcwidNotFoundError),
    (404, "ORDER_NOT_FOUND", EcwidNotFoundError),
    (404, None, EcwidNotFoundError),
    (405, "METHOD_NOT_ALLOWED", EcwidInvalidError),
    (408, "TIMEOUT", EcwidUnavailableError),
    (409, "SKU_ALREADY_EXISTS", EcwidConflictError),
    (409, "EXTERNAL_ID_ALREADY_USED", EcwidConflictError),
    (409, None, EcwidConflictError),
    (413, None, EcwidInvalidError),
    (415, None, EcwidInvalidError),
    (422, "WRONG_URL", EcwidInvalidError),
    (429, "RATE_LIMITED", EcwidRateLimitError),
    (500, "INTERNAL_ERROR", EcwidUnavailableError),
    (502, None, EcwidUnavailableError),
    (503, None, EcwidUnavailableError),
    (504, None, EcwidUnavailableError),
    (418, None, EcwidUnreadableError),
    (304, None, EcwidUnreadableError),
]
RETRYABLE = {EcwidUnavailableError, EcwidRateLimitError, EcwidUnreadableError}


@pytest.fixture
def ecwid() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker() as mocker:
        yield mocker


@pytest.fixture
def transport() -> Iterator[Transport]:
    with open_http() as http:
        yield Transport(http, API, 1003, TOKEN)


def failure_of(transport: Transport) -> EcwidError:
    with pytest.raises(EcwidError) as raised:
        transport.get("/products")
    return raised.value


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS)
def test_status_and_code_decide_the_error(
    ecwid: requests_mock.Mocker,
    transport: Transport,
    status: int,
    code: str | None,
    kind: type[EcwidError],
) -> None:
    explained = {"errorCode": code, "errorMessage": "Ecwid's own words"}
    ecwid.get(URL, status_code=status, **({"json": explained} if code else {"content": b""}))

    error = failure_of(transport)

    facts = error.facts
    assert type(error) is kind
    assert error.retryable is (kind in RETRYABLE)
    assert (facts.store_id, facts.method, facts.path) == (1003, "GET", "/products")
    assert (facts.status, facts.code) == (status, code)
    assert f"store 1003: GET /products: HTTP {status}" in str(error)
    assert facts.request_id == ecwid.last_request.headers["X-Ecwid-Api-Request-Id"]


def test_ecwids_message_is_in_the_error(ecwid: requests_mock.Mocker, transport: Transport) -> None:
    explained = {"errorCode": "WRONG_PARAMETER", "errorMessage": "Wrong\nparameter\x00 'limit'"}
    ecwid.get(URL, status_code=400, json=explained)

    assert str(failure_of(transport)) == (
        "store 1003: GET /products: HTTP 400 WRONG_PARAMETER: Wrong parameter  'limit'"
    )


def test_reason_phrase_replaces_a_missing_body(
    ecwid: requests_mock.Mocker, transport: Transport
) -> None:
    ecwid.get(URL, status_code=402, reason="Please upgrade your account to access API")

    assert str(failure_of(transport)).endswith("Please upgrade your account to access API")


def test_long_message_is_cut(ecwid: requests_mock.Mocker, transport: Transport) -> None:
    ecwid.get(URL, status_code=400, json={"errorMessage": "x" * 10_000})

    assert len(str(failure_of(transport))) < 400


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Bad gateway</html>",
        b"[1]",
        b"null",
        b'{"errorCode": 5, "errorMessage": []}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"errorCode": "INSUFF',
    ],
    ids=["html", "list", "null", "odd types", "deep", "no utf-8", "cut short"],
)
def test_unreadable_error_body_leaves_the_status_to_decide(
    ecwid: requests_mock.Mocker, transport: Transport, body: bytes
) -> None:
    ecwid.get(URL, status_code=403, content=body)

    error = failure_of(transport)

    assert type(error) is EcwidTokenError
    assert error.facts.code is None


@pytest.mark.promise(10)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_error_never_contains_the_token(
    ecwid: requests_mock.Mocker, transport: Transport, status: int
) -> None:
    explained = {"errorCode": f"BAD_{TOKEN}", "errorMessage": f"Token {TOKEN} doesn't exist"}
    ecwid.get(URL, status_code=status, json=explained)

    error = failure_of(transport)

    assert TOKEN not in "".join(traceback.format_exception(error))
    assert TOKEN not in repr(error.facts)
    assert TOKEN not in repr(transport)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("120", 120.0),
        (None, DEFAULT_RETRY_AFTER_S),
        ("soon", DEFAULT_RETRY_AFTER_S),
        ("-5", DEFAULT_RETRY_AFTER_S),
        ("1.5", DEFAULT_RETRY_AFTER_S),
        ("Wed, 21 Oct 2026 07:28:00 GMT", DEFAULT_RETRY_AFTER_S),
        ("9" * 400, MAX_RETRY_AFTER_S),
    ],
)
def test_rate_limit_error_has_the_wait(
    ecwid: requests_mock.Mocker, transport: Transport, header: str | None, seconds: float
) -> None:
    ecwid.get(URL, status_code=429, headers={"Retry-After": header} if header else {})

    error = failure_of(transport)

    assert isinstance(error, EcwidRateLimitError)
    assert error.retry_after_s == seconds


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(
    ecwid: requests_mock.Mocker, transport: Transport, status: int
) -> None:
    ecwid.get(URL, status_code=status, headers={"Location": "http://elsewhere.invalid/"})

    error = failure_of(transport)

    assert type(error) is EcwidUnreadableError
    assert ecwid.call_count == 1


def test_redirect_without_a_target_is_unreadable(
    ecwid: requests_mock.Mocker, transport: Transport
) -> None:
    ecwid.get(URL, status_code=300, json={"items": []})

    assert type(failure_of(transport)) is EcwidUnreadableError


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b'{"items": [',
        b'"half',
        b"\xff\xfe",
        b"nan",
        b"[" * 100_000,
    ],
    ids=["empty", "html", "cut short", "cut text", "no utf-8", "word", "deep"],
)
def test_response_that_is_not_json_is_unreadable(
    ecwid: requests_mock.Mocker, transport: Transport, body: bytes
) -> None:
    ecwid.get(URL, content=body)

    error = failure_of(transport)

    assert type(error) is EcwidUnreadableError
    assert str(error) == "store 1003: GET /products: HTTP 200: the answer is not JSON"


def test_response_over_the_limit_is_not_read_completely(
    ecwid: requests_mock.Mocker, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "MAX_BODY_BYTES", 10)
    monkeypatch.setattr(transport_module, "CHUNK_BYTES", 4)
    ecwid.get(URL, content=b'"123456789"')

    error = failure_of(transport)

    assert type(error) is EcwidTooLargeError
    assert "larger than 10 bytes" in str(error)


@pytest.mark.parametrize(
    "trouble",
    [
        requests.ConnectTimeout,
        requests.ReadTimeout,
        requests.ConnectionError,
        requests.exceptions.SSLError,
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    ],
)
def test_network_failure_means_unavailable(
    ecwid: requests_mock.Mocker, transport: Transport, trouble: type[Exception]
) -> None:
    ecwid.get(URL, exc=trouble)

    error = failure_of(transport)

    is_timeout = issubclass(trouble, requests.Timeout)
    assert type(error) is (EcwidTimeoutError if is_timeout else EcwidUnavailableError)
    assert error.facts.status is None
    assert str(error) == f"store 1003: GET /products: no answer: {trouble.__name__}"


def test_every_call_has_a_timeout_and_verifies_certificates(
    ecwid: requests_mock.Mocker, transport: Transport
) -> None:
    ecwid.get(URL, json={})

    transport.get("/products")

    assert ecwid.last_request.timeout == (5, 20)
    assert ecwid.last_request.verify is True


@contextmanager
def server_that_sends(data: bytes, *, then_hangs: bool) -> Iterator[str]:
    """Serve connections on loopback one by one: read the request, send ``data``, hang or close."""
    with socket.create_server(("127.0.0.1", 0)) as server_socket:

        def serve() -> None:
            # Runs until the socket is shut down, because a retried call connects again.
            with suppress(OSError):
                while True:
                    connection, _ = server_socket.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(data)
                        if then_hangs:
                            connection.recv(1)

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server_socket.getsockname()[1]}"
        server_socket.shutdown(socket.SHUT_RDWR)
        thread.join(10)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"


@pytest.mark.parametrize("data", [b"", HEAD, HEAD + b'{"items": ['])
def test_server_that_stops_sending_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(transport_module, "READ_TIMEOUT_S", 0.1)

    with server_that_sends(data, then_hangs=True) as url, open_http() as http:
        error = failure_of(Transport(http, url, 1003, TOKEN))

    assert type(error) is (EcwidTooLargeError if data else EcwidTimeoutError)
    assert error.facts.status == (200 if data else None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEAD + b'{"items": [',
        HEAD.replace(b"Content-Length: 100", b"Transfer-Encoding: chunked") + b"9\r\n{",
        HEAD.replace(b"Content-Length", b"Content-Encoding: gzip\r\nContent-Length") + b"{" * 100,
        b"nonsense\r\n\r\n",
    ],
    ids=["at once", "in the body", "in a chunk", "not the compression it names", "no HTTP"],
)
def test_connection_closed_during_the_response_means_unavailable(data: bytes) -> None:
    with server_that_sends(data, then_hangs=False) as url, open_http() as http:
        error = failure_of(Transport(http, url, 1003, TOKEN))

    assert type(error) is EcwidUnavailableError


def test_environment_does_not_change_where_a_token_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    answer = HEAD.replace(b"100", b"2") + b"{}"

    with server_that_sends(answer, then_hangs=False) as url, open_http() as http:
        assert Transport(http, url, 1003, TOKEN).get("/profile") == {}


def test_numbers_are_exact(ecwid: requests_mock.Mocker, transport: Transport) -> None:
    ecwid.get(URL, text='{"price": 0.1000000000000000000000000001, "total": 3, "e": 1e2}')

    answer = transport.get("/products")

    assert answer["price"] == Decimal("0.1000000000000000000000000001")
    assert isinstance(answer["e"], Decimal)
    assert isinstance(answer["total"], int)


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "number",
    ["NaN", "Infinity", "-Infinity", "1" * 5000, "-" + "1" * 5000, "1E9999999999999999999"],
    ids=["nan", "infinity", "minus infinity", "endless", "endless below zero", "exponent"],
)
def test_invalid_number_becomes_a_text_and_other_values_stay(
    ecwid: requests_mock.Mocker, transport: Transport, number: str
) -> None:
    ecwid.get(URL, text=f'{{"items": [{{"price": {number}}}, {{"price": 24.90, "id": 5}}]}}')

    odd, plain = transport.get("/products")["items"]

    assert odd == {"price": number}
    assert plain == {"price": Decimal("24.90"), "id": 5}


def test_token_is_sent_only_in_the_header(
    ecwid: requests_mock.Mocker, transport: Transport
) -> None:
    ecwid.get(URL, json={})

    transport.get("/products", {"limit": 100})

    sent = ecwid.last_request
    assert sent.headers["Authorization"] == f"Bearer {TOKEN}"
    assert sent.url == f"{URL}?limit=100"
    assert sent.body is None


def test_parameters_of_none_are_left_out(ecwid: requests_mock.Mocker, transport: Transport) -> None:
    ecwid.get(URL, json={})

    transport.get("/products", {"offset": 0, "updatedFrom": None, "sortBy": "A&B"})

    assert ecwid.last_request.query == "offset=0&sortby=a%26b"


@pytest.mark.parametrize("status", [200, 201, 202])
def test_body_is_sent_as_exact_json(
    ecwid: requests_mock.Mocker, transport: Transport, status: int
) -> None:
    ecwid.post(URL, json={"id": 5}, status_code=status)
    body: dict[str, Any] = {"name": "Кружка", "price": Decimal("24.90")}

    answer = transport.call("POST", "/products", body=body)

    sent = ecwid.last_request
    assert answer == {"id": 5}
    assert sent.headers["Content-Type"] == "application/json;charset=utf-8"
    assert sent.json() == {"name": "Кружка", "price": 24.9}
    assert b"24.90" in sent.body


def test_every_call_is_counted_whatever_its_result(
    ecwid: requests_mock.Mocker, transport: Transport
) -> None:
    ecwid.get(URL, [{"json": {}}, {"status_code": 404}, {"exc": requests.ConnectTimeout}])

    transport.get("/products")
    failure_of(transport)
    failure_of(transport)

    assert transport.requests == ecwid.call_count == 3


def test_calls_of_several_threads_are_all_counted(
    ecwid: requests_mock.Mocker, transport: Transport
) -> None:
    ecwid.get(URL, content=b'{"items": []}')

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: transport.get("/products"), range(200)))

    assert (transport.requests, transport.received_bytes) == (200, 200 * 13)


def test_bytes_of_error_responses_are_counted(
    ecwid: requests_mock.Mocker, transport: Transport
) -> None:
    ecwid.get(URL, status_code=404, content=b"gone")

    failure_of(transport)

    assert transport.received_bytes == 4


@pytest.mark.parametrize("way", ["plain", "gzip", "chunked", "gzip in chunks"])
def test_bytes_are_counted_as_they_come_over_the_wire(way: str) -> None:
    text = b'{"name": "' + b"x" * 10_000 + b'"}'
    body = gzip.compress(text) if "gzip" in way else text
    sent, head = body, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    head += b"Content-Encoding: gzip\r\n" if "gzip" in way else b""
    if "chunk" in way:
        halves = body[:50], body[50:]
        head += b"Transfer-Encoding: chunked\r\n"
        sent = b"".join(b"%x\r\n%s\r\n" % (len(half), half) for half in (*halves, b""))
    else:
        head += b"Content-Length: %d\r\n" % len(body)

    with server_that_sends(head + b"\r\n" + sent, then_hangs=False) as url, open_http() as http:
        transport = Transport(http, url, 1003, TOKEN)
        answer = transport.get("/profile")

    assert answer == {"name": "x" * 10_000}
    assert transport.received_bytes == len(body)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("hiccup", [{"status_code": 502}, {"exc": requests.ConnectionError}])
def test_temporary_failure_of_an_idempotent_call_is_retried(
    ecwid: requests_mock.Mocker, transport: Transport, method: str, hiccup: dict[str, Any]
) -> None:
    ecwid.request(method, URL, [hiccup, hiccup, {"json": {"done": True}}])

    assert transport.call(method, "/products") == {"done": True}
    assert ecwid.call_count == ATTEMPTS == 3


def test_lasting_failure_is_raised_after_the_last_attempt(
    ecwid: requests_mock.Mocker, transport: Transport
) -> None:
    ecwid.get(URL, status_code=503)

    error = failure_of(transport)

    assert isinstance(error, EcwidUnavailableError)
    assert ecwid.call_count == ATTEMPTS


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("The store is suspended", EcwidSuspendedError),
        ("Please upgrade your account to access API", EcwidPlanError),
    ],
)
def test_reason_phrase_decides_the_error_if_the_body_is_empty(
    ecwid: requests_mock.Mocker, transport: Transport, reason: str, kind: type[EcwidError]
) -> None:
    ecwid.get(URL, status_code=402, reason=reason)

    error = failure_of(transport)

    assert type(error) is kind
    assert error.message == reason


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("Field OrderItem.quantity is absent", "OrderItem.quantity"),
        ("Wrong parameter 'inStock' value: expected one of true, false", "inStock"),
        ("Status QUEUED is deprecated, use AWAITING_PAYMENT instead", None),
        ("", None),
    ],
)
def test_error_has_the_field_that_ecwid_names(
    ecwid: requests_mock.Mocker, transport: Transport, words: str, field: str | None
) -> None:
    ecwid.get(URL, status_code=400, json={"errorMessage": words, "errorCode": "WRONG_PARAMETER"})

    error = failure_of(transport)

    assert isinstance(error, EcwidInvalidError)
    assert error.field == field


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    "trouble", [{"status_code": 500}, {"status_code": 504}, {"exc": requests.ConnectionError}]
)
def test_post_is_never_retried(
    ecwid: requests_mock.Mocker, transport: Transport, trouble: dict[str, Any]
) -> None:
    ecwid.post(URL, **trouble)

    with pytest.raises(EcwidUnavailableError):
        transport.call("POST", "/products", body={})

    assert ecwid.call_count == 1


@pytest.mark.parametrize(
    "answer",
    [{"exc": requests.ReadTimeout}, {"status_code": 408}, {"status_code": 429}, {"text": "<html>"}],
)
def test_timeouts_limits_and_invalid_responses_are_not_retried_at_once(
    ecwid: requests_mock.Mocker, transport: Transport, answer: dict[str, Any]
) -> None:
    ecwid.get(URL, **answer)

    failure_of(transport)

    assert ecwid.call_count == 1
