"""Tests for the webhook client: timeouts, connection reuse and outcomes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portal.sandbox import webhook_client
from portal.sandbox.webhook_client import Outcome, WebhookClient

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def answering(*connections: list[bytes], gap_s: float = 0.0) -> Iterator[str]:
    """Serve a list of pieces per connection in response to every request; yield the URL."""

    def serve() -> None:
        for pieces in connections:
            connection, _ = server.accept()
            with connection:
                try:
                    while connection.recv(65536):
                        for piece in pieces:
                            connection.sendall(piece)
                            time.sleep(gap_s)
                        if b"close" in b"".join(pieces):
                            break
                except OSError:
                    pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hooks"
    thread.join(5)


@pytest.fixture
def client() -> Iterator[WebhookClient]:
    """Webhook client that is closed after the test."""
    client = WebhookClient()
    yield client
    client.close()


def post(client: WebhookClient, url: str) -> Outcome:
    """Send one event."""
    return client.send("POST", url, "order.updated", {"Cache-Control": "no-cache"}, b"{}")


def test_the_outcome_contains_the_start_of_the_body(client: WebhookClient) -> None:
    body = b"<p>No\n  room</p>" + b"." * 200
    head = f"HTTP/1.1 503 Busy\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    with answering([head + body]) as url:
        outcome = post(client, url)
        client.close()

    assert outcome.status == "503"
    assert outcome.detail.startswith("<p>No room</p>...")
    assert len(outcome.detail) == 80


def test_an_empty_body_is_replaced_by_the_reason_phrase(client: WebhookClient) -> None:
    with answering([OK]) as url:
        assert post(client, url) == Outcome("200", "OK")
        client.close()


def test_a_connection_is_reused(client: WebhookClient) -> None:
    with answering([OK]) as url:
        statuses = [post(client, url).status for _ in range(3)]
        client.close()

    assert statuses == ["200"] * 3


@pytest.mark.parametrize("closing", [b"Connection: close\r\n", b"X-Then: close\r\n"])
def test_a_closed_connection_is_reopened(client: WebhookClient, closing: bytes) -> None:
    answer = OK.replace(b"\r\n\r\n", b"\r\n" + closing + b"\r\n")

    with answering([answer], [answer]) as url:
        first = post(client, url)
        time.sleep(0.1)
        second = post(client, url)

    assert (first.status, second.status) == ("200", "200")


def test_a_receiver_that_closes_the_connection_is_unreachable(client: WebhookClient) -> None:
    with answering([b"close"]) as url:
        outcome = post(client, url)

    assert outcome.status == "unreachable"


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"],
)
def test_a_slow_response_times_out(
    client: WebhookClient, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(webhook_client, "ANSWER_TIMEOUT_S", 0.4)

    with answering([start, *[b"."] * 100], gap_s=0.05) as url:
        began = time.monotonic()
        outcome = post(client, url)
        duration_s = time.monotonic() - began

    assert outcome == Outcome("timeout", "no complete response within 0.4 s")
    assert 0.35 < duration_s < 1


def test_a_large_response_is_not_read_completely(client: WebhookClient) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"

    with answering([head, *[b"x" * 100_000] * 90]) as url:
        outcome = post(client, url)

    assert outcome.status == "200"


def test_a_connection_that_is_not_accepted_times_out(
    client: WebhookClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_client, "CONNECT_TIMEOUT_S", 0.2)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)

        outcome = post(client, f"http://127.0.0.1:{address[1]}/")
        for each in waiting:
            each.close()

    assert outcome == Outcome("timeout", "no connection within 0.2 s")


@pytest.mark.parametrize(
    "url",
    [
        "not a URL",
        "ftp://127.0.0.1/",
        "http://[::1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:1/",
        "https://127.0.0.1:1/",
        "http://127.0.0.1:1/a\x00b",
        "http://" + "a" * 70 + ".invalid/",
    ],
)
def test_an_invalid_url_is_unreachable(client: WebhookClient, url: str) -> None:
    outcome = post(client, url)

    assert outcome.status == "unreachable"
    assert outcome.detail
