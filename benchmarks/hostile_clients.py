"""Waits of webhooks and health checks while hostile clients occupy the web server.

100 webhooks a second on 32 connections and 50 health checks a second, first alone, then beside 200
clients that send nothing or half of a request, 200 that send a request byte by byte, 200 that read
no response, and four that read an export slowly. Each wait is measured from when the request was
due, and both cases alternate in one run.
"""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from statistics import median

from benchmarks.api import create_products
from benchmarks.load import HOST, Load, Outcome, send
from benchmarks.report import figure, table
from benchmarks.slow_clients import half_sent, slow_exports
from benchmarks.web_server import FIRST_STORE, SECRET, STORES, WebServer, place, serving
from portal.services.records.request_exports import IMMEDIATE_RECORDS

RATE = 100
CONNECTIONS = 32
CHECKS_PER_SECOND = 50
ROUND_S = 5.0
ROUNDS = 3
CLIENTS = 200
EXPORTS = 4
EXPORT_PATH = f"/api/v1/stores/{FIRST_STORE}/exports/products.jsonl"
# A quarter of the clients send the next byte, so each of them sends ten in a round.
BYTES_PAUSE_S = 0.125
REQUEST = b"GET /login HTTP/1.1\r\nHost: portal\r\nAccept: text/html\r\n" + b"X" * 400
UNREAD = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: portal\r\n\r\n"


def main() -> None:
    """Alternate rounds without and with hostile clients, and print the waits and their ratios."""
    with place() as where:
        key = create_products(where.database_url, IMMEDIATE_RECORDS)
        generous = where.environ | {"API_REQUESTS_PER_MINUTE": "1000000"}
        with serving(replace(where, environ=generous), "wsgi:app") as server:
            _measure(server)
            rounds = []
            for _ in range(ROUNDS):
                alone = _measure(server)
                with _hostile(server.port, key):
                    rounds.append((alone, _measure(server)))
    rows = []
    for number, pair in enumerate(rounds, 1):
        for case, (webhooks, checks) in zip(("alone", "hostile clients"), pair, strict=True):
            waits = [f"{outcome.percentile_ms(0.99):.1f}" for outcome in (webhooks, checks)]
            rows.append([number, case, *waits, _refused(webhooks), _refused(checks)])
    head = ["round", "case", "webhooks p99, ms", "healthz p99, ms", "not 200", "not 200"]
    table(f"{RATE} webhooks and {CHECKS_PER_SECOND} health checks a second", head, rows)
    _figures("receiver", [(alone[0], beside[0]) for alone, beside in rounds])
    _figures("healthz", [(alone[1], beside[1]) for alone, beside in rounds])


def _figures(name: str, rounds: list[tuple[Outcome, Outcome]]) -> None:
    alone, beside = (median(each[i].percentile_ms(0.99) for each in rounds) for i in (0, 1))
    figure(f"{name}_p99_hostile", beside, "ms", "<= 1000")
    figure(f"{name}_p99_hostile_ratio", beside / alone, "times alone", "<= 3")


def _refused(outcome: Outcome) -> int:
    return sum(outcome.statuses.values()) - outcome.statuses[200]


def _measure(server: WebServer) -> tuple[Outcome, Outcome]:
    """Return the results of the webhooks and of the health checks of one round."""
    checks = Outcome(ROUND_S)
    load = Load(server.port, SECRET, ROUND_S, CONNECTIONS, rate=RATE, stores=STORES)
    webhooks = send(load, lambda: _check_health(server.port, checks))
    return webhooks, checks


def _check_health(port: int, outcome: Outcome) -> None:
    begin_s = time.perf_counter()
    for number in range(int(ROUND_S * CHECKS_PER_SECOND)):
        due_s = begin_s + number / CHECKS_PER_SECOND
        time.sleep(max(0.0, due_s - time.perf_counter()))
        status = 0
        with (
            suppress(OSError),
            urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=10) as answer,
        ):
            status = answer.status
        outcome.statuses[status] += 1
        outcome.waits_ms.append(1000 * (time.perf_counter() - due_s))


@contextmanager
def _hostile(port: int, key: str) -> Iterator[None]:
    with (
        half_sent(port, CLIENTS // 2),
        _connected(port, CLIENTS // 2, b""),
        _byte_by_byte(port, CLIENTS),
        _connected(port, CLIENTS, UNREAD),
        slow_exports(port, EXPORT_PATH, key, EXPORTS),
    ):
        yield


@contextmanager
def _connected(port: int, clients: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Open connections, send the same on each, and read nothing."""
    with ExitStack() as stack:
        connections = []
        for _ in range(clients):
            connection = stack.enter_context(socket.create_connection((HOST, port), 10))
            connection.sendall(sent)
            connections.append(connection)
        yield connections


@contextmanager
def _byte_by_byte(port: int, clients: int) -> Iterator[None]:
    stop = threading.Event()
    with _connected(port, clients, b"") as connections:
        sender = threading.Thread(target=_send_bytes, args=(connections, stop))
        sender.start()
        try:
            yield
        finally:
            stop.set()
            sender.join()


def _send_bytes(connections: list[socket.socket], stop: threading.Event) -> None:
    step = 0
    while not stop.wait(BYTES_PAUSE_S):
        position = step // 4
        for connection in connections[step % 4 :: 4]:
            with suppress(OSError):  # The server has disconnected it.
                connection.sendall(REQUEST[position : position + 1])
        step += 1


if __name__ == "__main__":
    main()
