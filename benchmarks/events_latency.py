"""Delay from a change in the store to the event's row and to the updated row in the mirror.

The whole demo runs: the sandbox sends a webhook, the portal stores it, and the daemon fetches the
product. A watcher polls the database from outside every few milliseconds.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import dataclass, field
from statistics import median, quantiles

import requests

from benchmarks.merchant import Merchant, demo_of_its_own
from benchmarks.report import figure, latency_suffix, table
from portal.demo import STORE_ID, Demo

RATE = 20
SECONDS = 30
WARM_UP = 20
LOOK_EVERY_S = 0.005
PATIENCE_S = 20.0
LATENCIES_MS = (0, 150)


@dataclass
class Change:
    """One change of a product's price, with the times of what the watcher saw (monotonic)."""

    product_id: int
    price: int  # in ten-thousandths, like the mirror's column
    begun_s: float = 0.0
    event_s: float = 0.0
    row_s: float = 0.0


@dataclass
class Watcher:
    """Watcher that polls the portal's database for pending changes."""

    path: str
    waiting: dict[int, Change] = field(default_factory=dict)
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Record when each change's event and row are first seen, until the benchmark is over."""
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as database:
            newest = database.execute("SELECT coalesce(max(id), 0) FROM webhook_event").fetchone()
            last_id = newest[0]
            while not self.is_over.wait(LOOK_EVERY_S):
                events = database.execute(
                    "SELECT id, entity_id FROM webhook_event WHERE id > ? ORDER BY id", (last_id,)
                ).fetchall()
                for event_id, entity_id in events:
                    last_id = event_id
                    change = self.waiting.get(int(entity_id))
                    if change is not None and not change.event_s:
                        change.event_s = time.monotonic()
                self._look_for_rows(database)

    def _look_for_rows(self, database: sqlite3.Connection) -> None:
        open_changes = list(self.waiting.values())
        places = ", ".join("?" * len(open_changes))
        prices = dict(
            database.execute(
                "SELECT remote_id, price FROM product "
                f"WHERE store_id = {STORE_ID} AND remote_id IN ({places})",
                [change.product_id for change in open_changes],
            ).fetchall()
        )
        for change in open_changes:
            if prices.get(change.product_id) == change.price:
                change.row_s = time.monotonic()
                del self.waiting[change.product_id]


def main() -> None:
    """Measure without latency and with that of a real API."""
    for latency_ms in LATENCIES_MS:
        _measure(latency_ms)


def _measure(latency_ms: int) -> None:
    """Change products at a steady rate, and print the delays."""
    with demo_of_its_own(latency_ms) as demo:
        merchant = Merchant(demo)
        merchant.connect()
        merchant.wait_until_in_sync(timeout_s=300)
        changes = _make(demo)
    done = [change for change in changes[WARM_UP:] if change.row_s]
    lost = len(changes) - WARM_UP - len(done)
    events_ms = [1000 * (change.event_s - change.begun_s) for change in done if change.event_s]
    rows_ms = [1000 * (change.row_s - change.begun_s) for change in done]
    table(
        f"{RATE} products a second change in the store, {len(done) + lost} changes, "
        f"{latency_ms} ms a call: milliseconds",
        ["until", "p50", "p99", "slowest", "not seen"],
        [
            _line("the event is recorded", events_ms, len(done) + lost - len(events_ms)),
            _line("the product's row is new", rows_ms, lost),
        ],
    )
    suffix = latency_suffix(latency_ms)
    figure(f"event_to_row_p50_ms{suffix}", median(rows_ms), "ms", "< 1000")
    figure(f"event_to_row_p99_ms{suffix}", quantiles(rows_ms, n=100)[-1], "ms", "< 3000")


def _line(name: str, waits_ms: list[float], unseen: int) -> list[object]:
    p99 = quantiles(waits_ms, n=100)[-1]
    return [name, f"{median(waits_ms):.0f}", f"{p99:.0f}", f"{max(waits_ms):.0f}", unseen]


def _make(demo: Demo) -> list[Change]:
    api = f"{demo.sandbox_url}/_sandbox/api/stores/{STORE_ID}"
    products = requests.get(f"{api}/snapshot", timeout=60).json()["products"]
    count = WARM_UP + RATE * SECONDS
    step = len(products) // count
    changes = [Change(products[n * step]["id"], 70_000_000 + 100 * n) for n in range(count)]
    watcher = Watcher(f"{demo.folder}/portal.db")
    looking = threading.Thread(target=watcher.run)
    looking.start()
    begun_s = time.monotonic()
    with requests.Session() as http:
        for number, change in enumerate(changes):
            time.sleep(max(0.0, begun_s + number / RATE - time.monotonic()))
            change.begun_s = time.monotonic()
            watcher.waiting[change.product_id] = change
            price = f"{change.price / 10_000:.2f}"
            http.patch(
                f"{api}/products/{change.product_id}", json={"price": float(price)}, timeout=30
            ).raise_for_status()
    deadline = time.monotonic() + PATIENCE_S
    while watcher.waiting and time.monotonic() < deadline:
        time.sleep(0.05)
    watcher.is_over.set()
    looking.join()
    return changes


if __name__ == "__main__":
    main()
