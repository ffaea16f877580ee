"""Slow clients and slow pages don't keep the web server from answering others."""

from __future__ import annotations

import gzip
import json
import signal
import socket
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest
from peewee import Database

from portal.config import Settings
from portal.models import Merchant, Product, WebhookEvent
from portal.web.app import create_app
from portal.web.server.request_progress import BODY_LIMIT_BYTES, HEAD_LIMIT_BYTES
from tests.factories import make_grant, make_merchant, make_store, product_row
from tests.runtimes import opened_runtime
from tests.web.api.conftest import make_key_text
from tests.web.conftest import Visitor
from tests.web.page_downloads import BROWSER_HEADERS, linked_files
from tests.web.server.conftest import Server, read_to_end, serving
from tests.web.webhooks.test_receive import PATH, event, signature

HALF = b"POST /webhooks/ecwid HTTP/1.1\r\nHost: portal\r\nContent-Ty"
HOSTILE_CLIENTS = 200
_WEBHOOK, _FORM = (
    f"POST {path} HTTP/1.1\r\nHost: portal\r\n".encode() for path in (PATH, "/login")
)
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
HOSTILE = {
    "silent": b"",
    "half a head": HALF,
    "half a body": _WEBHOOK + b"Content-Length: 200\r\n\r\n{",
    "empty lines": b"\r\n\r\n",
    "large body announced to the receiver": _WEBHOOK + b"Content-Length: 300000\r\n\r\n",
    "large body announced to a page": _FORM + b"Content-Length: 300000\r\n\r\n",
    "large chunk announced": _WEBHOOK + _CHUNKED + b"fffff\r\n",
    "chunk with many digits": _WEBHOOK + _CHUNKED + b"0000000000ff\r\n",
    "chunk without its line end": _FORM + _CHUNKED + b"zz\n",
    "response that nobody reads": b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: portal\r\n\r\n",
}
FEW_FILES = 256
SLOW_DOWNLOADS = 8
PAGE = b"GET /login HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n"
# An export that doesn't fit into the buffers of the kernel.
LARGE_RAW = {"description": "A mug thrown by hand. " * 4000}
LARGE_PRODUCTS = 120


def webhook(*headers: str, chunked: bool = False) -> bytes:
    """Return a signed webhook as it is sent."""
    body = event()
    text = json.dumps(body)
    size = f"Content-Length: {len(text)}"
    if chunked:
        text, size = f"{len(text):x}\r\n{text}\r\n0\r\n\r\n", "Transfer-Encoding: chunked"
    lines = (
        f"POST {PATH}?eventtype=product.updated HTTP/1.1",
        "Host: portal",
        f"X-Ecwid-Webhook-Signature: {signature(body)}",
        size,
        *headers,
    )
    return "\r\n".join((*lines, "", text)).encode()


def quote(store_id: int, key: str) -> bytes:
    """Return a call that makes the portal call Ecwid."""
    body = json.dumps({"lines": [{"product_id": 1, "quantity": 1}]})
    lines = (
        f"POST /api/v1/stores/{store_id}/quotes HTTP/1.1",
        f"Host: portal\r\nConnection: close\r\nAuthorization: Bearer {key}",
        f"Content-Type: application/json\r\nContent-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", body)).encode()


BOTH = (PAGE, webhook("Connection: close"))


def both_answered(server: Server, times: int) -> list[bytes]:
    """Return the beginnings of the responses to pages and to new webhooks."""
    requests = [PAGE if number % 2 else webhook("Connection: close") for number in range(2 * times)]
    return [server.answer(request)[:12] for request in requests]


def large_export(merchant: Merchant) -> bytes:
    """Return the request for an export that doesn't fit into the buffers of the kernel."""
    store = make_store(merchant)
    for number in range(LARGE_PRODUCTS):
        Product.create(**product_row(store=store, remote_id=number, raw=LARGE_RAW))
    return (
        "GET /api/v1/stores/1003/exports/products.jsonl HTTP/1.1\r\nHost: portal\r\n"
        f"Connection: close\r\nAuthorization: Bearer {make_key_text(merchant)}\r\n\r\n"
    ).encode()


def test_slow_downloads_leave_pages_and_receiver_answering_and_arrive_completely(
    server: Server, served_database: Database
) -> None:
    export = large_export(make_merchant())
    with ExitStack() as stack:
        slow = []
        for _ in range(SLOW_DOWNLOADS):
            slow.append(stack.enter_context(server.connect(export)))
            assert slow[-1].recv(12) == b"HTTP/1.1 200"

        answers = both_answered(server, 5)

        bodies = [read_to_end(each).partition(b"\r\n\r\n")[2] for each in slow]
    assert set(answers) == {b"HTTP/1.1 200"}
    assert WebhookEvent.select().count() == 5
    assert [body.count(b"\n") for body in bodies] == [LARGE_PRODUCTS] * SLOW_DOWNLOADS


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_clients_leave_pages_and_receiver_answering(
    server: Server, served_database: Database, hostile: bytes
) -> None:
    """Each of the clients sends this, reads nothing, and keeps its connection."""
    with ExitStack() as stack:
        for _ in range(HOSTILE_CLIENTS):
            stack.enter_context(server.connect(hostile))

        answers = both_answered(server, 2)

    assert set(answers) == {b"HTTP/1.1 200"}
    assert WebhookEvent.select().count() == 2


def test_clients_that_send_byte_by_byte_leave_pages_and_receiver_answering(
    server: Server, served_database: Database
) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connect()) for _ in range(HOSTILE_CLIENTS)]
        answers = []
        for position in range(8):
            for client in clients:
                client.sendall(PAGE[position : position + 1])
            answers += both_answered(server, 1)

    assert set(answers) == {b"HTTP/1.1 200"}


def test_idle_connections_beyond_the_open_files_make_room_for_new_clients(
    server_settings: Settings, served_database: Database
) -> None:
    kept = PAGE.replace(b"Connection: close\r\n", b"")
    with serving(server_settings, "--workers", "2", open_files=FEW_FILES) as server:
        with ExitStack() as stack:
            idle = [stack.enter_context(server.connect(kept)) for _ in range(20)]
            assert {each.recv(12) for each in idle} == {b"HTTP/1.1 200"}
            for _ in range(2 * FEW_FILES):
                stack.enter_context(server.connect())

            answers = both_answered(server, 3)
        log = server.log.read_text()

    assert set(answers) == {b"HTTP/1.1 200"}
    assert f"Only {FEW_FILES} files may be open" in log
    assert "Traceback" not in log


def test_calls_that_ecwid_never_answers_leave_pages_answering(
    server: Server, server_settings: Settings, silent_ecwid: socket.socket
) -> None:
    with opened_runtime(server_settings) as runtime:
        merchant = make_merchant(email="bob@example.com")
        for store_id in (2001, 2002):
            # Calls with one token would wait for each other.
            make_grant(make_store(merchant, id=store_id), runtime.sealer, f"secret_{store_id}")
        key = make_key_text(merchant)
        cookie = Visitor(create_app(runtime)).force_login(merchant).client.get_cookie("portal")
    assert cookie is not None
    signed_in = f"Host: portal\r\nConnection: close\r\nCookie: portal={cookie.value}\r\n\r\n"

    # The only worker for pages has 3 threads, so one may wait.
    with server.connect(quote(2001, key)), silent_ecwid.accept()[0]:
        refused = server.answer(quote(2002, key))
        answers = {
            path: server.answer(f"GET {path} HTTP/1.1\r\n{signed_in}".encode())[:12]
            for path in ("/healthz", "/login", "/stores/2001")
        }

    assert refused.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5" in refused
    ok, to_home = b"HTTP/1.1 200", b"HTTP/1.1 302"
    assert answers == {"/healthz": ok, "/login": to_home, "/stores/2001": ok}


def test_requests_of_one_connection_go_to_the_processes_of_their_pools(server: Server) -> None:
    kept = HTTPConnection("127.0.0.1", server.port)
    kept.connect()
    kept.auto_open = False
    body = event()
    headers = {"X-Ecwid-Webhook-Signature": signature(body)}
    for _ in range(2):
        for method, path, text in (("GET", "/signup", ""), ("POST", PATH, json.dumps(body))):
            kept.request(method, path, text, headers)
            assert kept.getresponse().read()
    kept.close()

    [receiver] = server.processes_that_answered(PATH)
    [pages] = server.processes_that_answered("/signup")
    assert receiver != pages


def test_connection_of_an_api_client_is_kept_also_after_refused_bodies(
    server: Server, served_database: Database
) -> None:
    merchant = make_merchant(email="kept@example.com")
    key = {"Authorization": f"Bearer {make_key_text(merchant)}"}
    body = json.dumps({"lines": [], "comment": "x" * 20_000})
    # The limit of the document counts addresses, and other tests read it from the usual one.
    kept = HTTPConnection("127.0.0.1", server.port, source_address=("127.0.0.2", 0))
    kept.connect()
    kept.auto_open = False
    calls = [
        ("GET", "/api/v1/me", None, key, 200),
        ("HEAD", "/api/v1/me", None, key, 200),
        ("POST", "/api/v1/stores/1/quotes", body, {}, 401),
        ("POST", "/api/v1/stores/1/quotes", body, key, 404),
        ("POST", "/api/v1/keys", body, key, 415),
        ("DELETE", "/api/v1/me", body, key, 405),
        ("POST", "/api/v1/nothing", body, key, 404),
        ("GET", "/api/v1/changes?after=now&wait=1", None, key, 200),
        ("GET", "/api/v1/openapi.json", None, {"Accept-Encoding": "gzip"}, 200),
    ]

    with closing(kept):
        for method, path, text, headers, status in calls:
            kept.request(method, path, text, headers)
            answer = kept.getresponse()
            assert (answer.status, answer.getheader("Connection")) == (status, "keep-alive"), path
            assert answer.read() or method == "HEAD"


def test_page_and_its_files_come_compressed_over_one_connection(server: Server) -> None:
    kept = HTTPConnection("127.0.0.1", server.port)
    kept.connect()
    kept.auto_open = False

    with closing(kept):
        page = _read(kept, "/login")
        files = sorted(file for file in linked_files(page, "/login") if file.startswith("/"))
        for file in files:
            _read(kept, file)
    assert [file.partition("?")[0].rpartition(".")[2] for file in files].count("js") >= 4
    assert any(".css" in file for file in files)


def _read(kept: HTTPConnection, path: str) -> str:
    """Return the text at ``path``, and check that it came compressed and left the line open."""
    kept.request("GET", path, headers={**BROWSER_HEADERS, "Host": "127.0.0.1:8000"})
    answer = kept.getresponse()
    data = answer.read()
    assert (answer.status, answer.getheader("Connection")) == (200, "keep-alive"), path
    assert len(data) == int(answer.headers["Content-Length"])
    if path.startswith("/static/icon"):
        return data.decode()
    assert answer.getheader("Content-Encoding") == "gzip", path
    return gzip.decompress(data).decode()


def test_webhook_is_accepted_in_parts_in_chunks_and_after_an_interim_response(
    server: Server, served_database: Database
) -> None:
    whole = webhook("Connection: close")
    head, _, body = webhook("Connection: close", "Expect: 100-continue").partition(b"\r\n\r\n")
    with server.connect(whole[:9]) as parts, server.connect(head + b"\r\n\r\n") as waiting:
        assert waiting.recv(100).startswith(b"HTTP/1.1 100 Continue")
        for part in (whole[9:30], whole[30:-1], whole[-1:]):
            parts.sendall(part)
        waiting.sendall(body)

        answers = [read_to_end(parts), read_to_end(waiting)]
    answers.append(server.answer(webhook("Connection: close", chunked=True)))

    assert [b"HTTP/1.1 200 OK" in answer for answer in answers] == [True, True, True]
    assert WebhookEvent.select().count() == 3


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_LIMIT_BYTES, b"431"),
        (
            b"POST /login HTTP/1.1\r\nHost: portal\r\n"
            + f"Content-Length: {BODY_LIMIT_BYTES + 1}\r\n\r\n".encode()
            + b"x" * (BODY_LIMIT_BYTES + 1),
            b"413",
        ),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"431"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"400"),
        (b"GET / HTTP/1.0\r\n" + _CHUNKED + b"0\r\n\r\n", b"400"),
        (_FORM + b"Content-Length: 5\r\n" + _CHUNKED + b"0\r\n\r\n", b"400"),
        (_FORM + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", b"400"),
        (_FORM + b"Content-Length: +5\r\n\r\nhello", b"400"),
        (_FORM + b"Content-Length : 5\r\n\r\nhello", b"400"),
        (_FORM + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", b"400"),
    ],
    ids=[
        "head",
        "body",
        "many fields",
        "nonsense",
        "HTTP/2",
        "chunks in HTTP/1.0",
        "length and chunks",
        "two lengths",
        "signed length",
        "space in a name",
        "unknown coding",
    ],
)
def test_request_that_is_too_large_or_malformed_is_refused(
    server: Server, sent: bytes, status: bytes
) -> None:
    assert server.answer(sent)[:12] == b"HTTP/1.1 " + status


def test_old_client_is_answered_and_disconnected(server: Server) -> None:
    answer = server.answer(b"GET /healthz HTTP/1.0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.0 200")


@pytest.mark.parametrize("pipelined", [b"\x00\xff garbage\r\n\r\n", PAGE])
def test_pipelined_bytes_are_no_second_request_in_a_thread(
    server: Server, pipelined: bytes
) -> None:
    """The connection may close after the first response: the client sends the second again."""
    kept = PAGE.replace(b"Connection: close\r\n", b"")

    answer = server.answer(kept + pipelined)

    assert answer.startswith(b"HTTP/1.1 200")


def test_client_that_stops_in_the_middle_gets_an_answer_and_is_disconnected(server: Server) -> None:
    with server.connect(HALF) as connection, server.connect() as silent:
        connection.shutdown(socket.SHUT_WR)
        silent.shutdown(socket.SHUT_WR)

        assert read_to_end(connection).startswith(b"HTTP/1.1 408 Request Timeout")
        assert read_to_end(silent) == b""


def test_reload_leaves_both_pools_served(server: Server) -> None:
    server.process.send_signal(signal.SIGHUP)

    answers = [server.answer(request) for request in BOTH * 3]

    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 200"] * 6


def test_single_worker_serves_everything(server_settings: Settings) -> None:
    with serving(server_settings, "--workers", "2") as server:
        before = server.workers()
        server.process.send_signal(signal.SIGTTOU)

        answers = [server.answer(request)[:12] for request in BOTH * 3]
        while server.workers() > 1:
            answers += [server.answer(request)[:12] for request in BOTH]

        assert before == 2
        assert set(answers) == {b"HTTP/1.1 200"}
