"""A request is sent once, only to a public address and within its time limit."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.http import http_date

from portal.services.outbound_webhooks.http_sender import BODY_KEPT, WebhookSender
from tests.channel import Channel, drip, open_channel
from tests.post_office import make_certificate

HEADERS = {"webhook-id": "msg_1"}


@pytest.fixture(scope="module")
def open_one() -> Iterator[Channel]:
    with open_channel() as opened:
        yield opened


@pytest.fixture
def channel(open_one: Channel) -> Channel:
    """A receiver that accepts everything and has received nothing yet."""
    open_one.status, open_one.answer, open_one.behave = 200, b"thank you", None
    open_one.headers.clear()
    open_one.taken.clear()
    return open_one


@pytest.fixture
def line() -> Iterator[WebhookSender]:
    opened = WebhookSender(allow_loopback=True)
    yield opened
    opened.close()


def test_request_arrives_as_json_with_its_headers(channel: Channel, line: WebhookSender) -> None:
    result = line.post(channel.url, '{"name":"Größe"}', HEADERS)

    assert (result.status, result.error, result.text) == (200, None, "thank you")
    (taken,) = channel.taken
    assert taken.payload == {"name": "Größe"}
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["webhook-id"] == "msg_1"
    assert taken.headers["user-agent"].startswith("Merchant-Portal")
    assert taken.headers["host"] == channel.url.split("/")[2]


def test_beginning_of_a_long_response_is_kept(channel: Channel, line: WebhookSender) -> None:
    channel.answer = b"no\x00pe " + "é".encode() * 100_000

    result = line.post(channel.url, "{}", HEADERS)

    assert result.text == "nope " + "é" * (BODY_KEPT - 5)


def test_redirect_is_a_response_and_is_not_followed(channel: Channel, line: WebhookSender) -> None:
    channel.status = 302
    channel.headers["Location"] = channel.url

    assert line.post(channel.url, "{}", HEADERS).status == 302
    assert len(channel.taken) == 1


def test_retry_after_is_read_and_cookies_are_dropped(channel: Channel, line: WebhookSender) -> None:
    channel.status = 429
    channel.headers |= {"Retry-After": "120", "Set-Cookie": "who=us"}

    assert line.post(channel.url, "{}", HEADERS).retry_after_s == 120
    line.post(channel.url, "{}", HEADERS)
    assert "cookie" not in channel.taken[1].headers


def test_retry_after_may_be_a_date(channel: Channel, line: WebhookSender) -> None:
    channel.status = 503
    channel.headers["Retry-After"] = http_date(time.time() + 300)

    assert 290 < line.post(channel.url, "{}", HEADERS).retry_after_s <= 300


@pytest.mark.parametrize(
    "options",
    ["", "soon", "-5", "1e9", "9" * 5000, "٣", "Wed, 21 Oct 2015 07:28:00 GMT", "1 Jan 99999999"],
)
def test_invalid_retry_after_is_ignored(
    channel: Channel, line: WebhookSender, options: str
) -> None:
    channel.status = 503
    channel.headers["Retry-After"] = options.encode().decode("latin-1")

    assert line.post(channel.url, "{}", HEADERS).retry_after_s == 0


def test_slow_response_is_cut_off_at_the_deadline(channel: Channel, line: WebhookSender) -> None:
    channel.behave = drip
    began_s = time.monotonic()

    result = line.post(channel.url, "{}", HEADERS, timeout_s=0.3)

    assert (result.status, result.error) == (None, "timeout")
    assert time.monotonic() - began_s < 3
    channel.behave = None
    assert line.post(channel.url, "{}", HEADERS).status == 200


def test_slow_handshake_is_cut_off_at_the_deadline(line: WebhookSender) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=drip_a_handshake, args=(listening,))
        thread.start()
        began_s = time.monotonic()

        result = line.post(
            f"https://localhost:{listening.getsockname()[1]}/", "{}", HEADERS, timeout_s=0.3
        )

        thread.join()
    assert (result.status, result.error) == (None, "timeout")
    assert time.monotonic() - began_s < 3


def drip_a_handshake(listening: socket.socket) -> None:
    """Begin a TLS record of 16 KiB and send single bytes until the other side disconnects."""
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
        for _ in range(200):
            time.sleep(0.05)
            connection.sendall(b"\x03")


def test_closed_or_refused_connection_is_unreachable(channel: Channel, line: WebhookSender) -> None:
    channel.behave = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    assert line.post(channel.url, "{}", HEADERS).error == "unreachable"

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert line.post(nobody, "{}", HEADERS).error == "unreachable"


def test_unknown_host_name_is_reported(line: WebhookSender) -> None:
    assert line.post("https://nobody.invalid/", "{}", HEADERS).error == "unknown_name"


def test_https_url_of_a_server_without_tls_fails(channel: Channel, line: WebhookSender) -> None:
    result = line.post(channel.url.replace("http:", "https:"), "{}", HEADERS)

    assert result.error == "tls"
    assert channel.taken == []


@pytest.fixture
def only_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve localhost to 127.0.0.1, the receiver's address."""
    monkeypatch.setattr("urllib3.util.connection.HAS_IPV6", False)


def test_certificate_is_checked_for_the_name_and_not_the_address(
    only_ipv4: None, tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path, "localhost")
    trusting = WebhookSender(allow_loopback=True, ca_bundle=str(certificate))

    with open_channel(certificate) as channel:
        for _ in range(2):
            assert trusting.post(channel.url, "{}", HEADERS).status == 200
        elsewhere = channel.url.replace("localhost", "127.0.0.1")
        assert trusting.post(elsewhere, "{}", HEADERS).error == "tls"
        assert len(channel.taken) == 2
    trusting.close()


def test_untrusted_certificate_fails(only_ipv4: None, line: WebhookSender, tmp_path: Path) -> None:
    with open_channel(make_certificate(tmp_path, "localhost")) as channel:
        assert line.post(channel.url, "{}", HEADERS).error == "tls"
        assert channel.taken == []


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"])
def test_nothing_is_sent_to_private_addresses_in_production(channel: Channel, name: str) -> None:
    line = WebhookSender(allow_loopback=False)

    result = line.post(channel.url.replace("127.0.0.1", name), "{}", HEADERS)

    assert result.error in ("private", "unknown_name")
    assert channel.taken == []
    line.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[fec0::1]/",
        "http://[::a00:1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:0:a00:1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://[2001:db9::5efe:a00:1]/",
        "http://0xa000001/",
        "http://10.1/",
    ],
)
def test_nothing_is_ever_sent_to_other_private_addresses(line: WebhookSender, address: str) -> None:
    assert line.post(address, "{}", HEADERS).error == "private"
