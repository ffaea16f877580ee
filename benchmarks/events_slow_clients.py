"""Waits of webhooks while slow clients occupy the web server.

200 webhooks a second on 64 connections, first alone, then while 200 clients have sent half of a
request each and two read an export slowly. Each wait is measured from when the request was due.
"""

from __future__ import annotations

import time
import urllib.request
from dataclasses import replace
from statistics import median

from benchmarks.api import create_products
from benchmarks.load import HOST, Load, Outcome, send
from benchmarks.report import figure, table
from benchmarks.slow_clients import half_sent, slow_exports
from benchmarks.web_server import FIRST_STORE, SECRET, STORES, WebServer, place, serving
from portal.services.records.request_exports import IMMEDIATE_RECORDS

RATE = 200
CONNECTIONS = 64
ROUND_S = 5.0
ROUNDS = 3
HALF_SENT = 200
EXPORTS = 2
PATH = f"/api/v1/stores/{FIRST_STORE}/exports/products.jsonl"


def main() -> None:
    """Alternate rounds without and with slow clients, and print the waits."""
    with place() as where:
        key = create_products(where.database_url, IMMEDIATE_RECORDS)
        generous = where.environ | {"API_REQUESTS_PER_MINUTE": "1000000"}
        with serving(replace(where, environ=generous), "wsgi:app") as server:
            send(_load(server, 1.0))
            rounds = [_round(server, key) for _ in range(ROUNDS)]
    rows = []
    for number, (alone, beside, page_ms) in enumerate(rounds, 1):
        for name, outcome in (("alone", alone), ("slow clients", beside)):
            rows.append([number, name, *_waits(outcome)])
        rows.append([number, "a page beside them", f"{page_ms:.1f}", "", "", ""])
    head = ["round", "case", "p50, ms", "p99, ms", "slowest, ms", "not 200"]
    table(f"{RATE} webhooks a second on {CONNECTIONS} connections", head, rows)
    p99 = median(beside.percentile_ms(0.99) for _, beside, _ in rounds)
    figure("receiver_p99_with_slow_clients_ms", p99, "ms", "<= 50")


def _load(server: WebServer, seconds: float) -> Load:
    return Load(server.port, SECRET, seconds, CONNECTIONS, rate=RATE, stores=STORES)


def _round(server: WebServer, key: str) -> tuple[Outcome, Outcome, float]:
    alone = send(_load(server, ROUND_S))
    with half_sent(server.port, HALF_SENT), slow_exports(server.port, PATH, key, EXPORTS):
        beside = send(_load(server, ROUND_S))
        page_ms = median(_page_ms(server) for _ in range(20))
    return alone, beside, page_ms


def _page_ms(server: WebServer) -> float:
    begin_s = time.perf_counter()
    with urllib.request.urlopen(f"http://{HOST}:{server.port}/login") as answer:
        answer.read()
    return 1000 * (time.perf_counter() - begin_s)


def _waits(outcome: Outcome) -> list[object]:
    waits = [f"{outcome.percentile_ms(share):.1f}" for share in (0.5, 0.99, 1)]
    return [*waits, sum(outcome.statuses.values()) - outcome.statuses[200]]


if __name__ == "__main__":
    main()
