"""Share of the quota that one long list uses, at several latencies of the API.

A daemon makes the first copy of a store with 80,000 products, 600 calls a minute, while the sandbox
delays each response by 0 to 800 ms. The rate is measured in records against the 100 records that
each call of the quota may return, in two ways: from the consent to the end of the run, and from the
first call of the list to its last response. The former includes the first calls of the other lists,
and how long the first page and the last ones take. A page repeats one record of the previous page,
and 600 calls take 61 seconds, so 0.97 is the most that an endless list can reach; the credit of two
seconds adds to it here.

Arguments are latencies in milliseconds: ``python -m benchmarks.list_rate 800``.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

from benchmarks.mirroring import Ecwid, ecwid, mirror
from benchmarks.report import figure, latency_suffix, table
from portal.models import Resource

LATENCIES_MS = (0, 150, 300, 800)
QUOTA = 600
QUOTA_RECORDS_PER_S = 1_000
PRODUCTS = 80_000
WATCH_S = 0.1


@dataclass
class ListCalls:
    """Times (monotonic) at which the sandbox had answered a call of the list, by their number."""

    answered: dict[int, float] = field(default_factory=dict)

    def look(self, shop: Ecwid) -> None:
        """Read the number of calls that the sandbox has answered."""
        counts = requests.get(f"{shop.url}/_sandbox/api/requests", timeout=10).json()
        calls = sum(each["count"] for each in counts if each["call"] == "GET /products")
        if calls:
            self.answered.setdefault(calls, time.monotonic())

    def seconds(self, latency_ms: int) -> float:
        """Return the seconds from the first call, which took the latency, to the last response."""
        return max(self.answered.values()) - min(self.answered.values()) + latency_ms / 1000


def main(latencies_ms: tuple[int, ...] = LATENCIES_MS) -> None:
    """Copy one store per latency, and print the share of the quota for each."""
    rows, answers_429 = [], 0
    with ecwid(products=PRODUCTS) as shop:
        for latency_ms in latencies_ms:
            rate, list_rate, refused, row = _measure(shop, latency_ms)
            answers_429 += refused
            rows.append(row)
            suffix = latency_suffix(latency_ms)
            figure(f"quota_rate{suffix}", rate, "of the quota", ">= 0.95")
            figure(f"list_rate{suffix}", list_rate, "of the quota", ">= 0.95")
    table(
        f"A first copy of {PRODUCTS:,} products within {QUOTA} calls a minute",
        [
            "latency, ms",
            "seconds",
            "of 1,000/s",
            "list alone",
            "calls",
            "429",
            "processor, s",
            "load",
        ],
        rows,
    )
    figure("quota_rate_429", answers_429, "answers", "0")


@contextmanager
def _watched(shop: Ecwid) -> Iterator[ListCalls]:
    """Yield the times of the list's calls during the block."""
    calls, is_over = ListCalls(), threading.Event()

    def watch() -> None:
        while not is_over.wait(WATCH_S):
            calls.look(shop)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield calls
    finally:
        is_over.set()
        thread.join()


def _measure(shop: Ecwid, latency_ms: int) -> tuple[float, float, int, list[object]]:
    shop.turn(latency_ms=str(latency_ms), quota_per_minute=str(QUOTA))
    # Each measurement has a queue server of its own, which doesn't know the calls of the previous.
    requests.delete(f"{shop.url}/_sandbox/api/requests", timeout=10)
    with tempfile.TemporaryDirectory(prefix="l", dir="/tmp") as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/mirror.db"
        with mirror(shop, url, folder / "d", per_minute=QUOTA) as ours:
            with _watched(shop) as watched:
                runs = [run for run in ours.connect(shop) if run.resource == Resource.PRODUCTS]
                seconds = ours.seconds(runs)
            with ours.runtime.database.connection_context():
                calls = runs[0].get_by_id(runs[0].id).requests
            refused = ours.daemon.log.read_text().count("HTTP 429")
            spent_s = sum(sum(worker.cpu_times()[:2]) for worker in ours.workers())
    rate = PRODUCTS / seconds / QUOTA_RECORDS_PER_S
    list_rate = PRODUCTS / watched.seconds(latency_ms) / QUOTA_RECORDS_PER_S
    load = psutil.getloadavg()[0]
    rates = f"{rate:.3f}", f"{list_rate:.3f}"
    row: list[object] = [latency_ms, f"{seconds:.1f}", *rates, calls, refused]
    return rate, list_rate, refused, [*row, f"{spent_s:.1f}", f"{load:.1f}"]


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or LATENCIES_MS)
