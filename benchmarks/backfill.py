"""Duration of importing 10,000 products, from consent to a mirror in sync.

For comparison, a loop reads the same 100 pages over one connection and drops them. No mirror can be
faster without reading in parallel.
"""

from __future__ import annotations

import sqlite3
import time
from statistics import median

import requests

from benchmarks.merchant import Merchant, demo_of_its_own
from benchmarks.report import figure, latency_suffix, table
from portal.demo import PRODUCTS, STORE_ID, Demo

ROUNDS = 3
TARGET_S = 60
LATENCY_MS = 150


def main() -> None:
    """Measure three backfills without latency and one with it, each on a new demo."""
    for rounds, latency_ms in ((ROUNDS, 0), (1, LATENCY_MS)):
        name = f"backfill_10k_seconds{latency_suffix(latency_ms)}"
        figure(name, _measure(rounds, latency_ms), "s", f"< {TARGET_S}")


def _measure(rounds: int, latency_ms: int) -> float:
    """Print a table of rounds with this latency, and return the median duration in seconds."""
    rows, copies = [], []
    for number in range(1, rounds + 1):
        with demo_of_its_own(latency_ms) as demo:
            copied_s, count = _copy(demo)
            read_s = _read(demo)
        copies.append(copied_s)
        rate = f"{count / copied_s:,.0f}/s"
        ratio = f"{copied_s / read_s:.1f}"
        rows.append([number, count, f"{copied_s:.2f}", rate, f"{read_s:.2f}", ratio])
    table(
        f"First copy of a store, {latency_ms} ms a call: from consent to 'in sync' on its page",
        ["round", "products", "seconds", "rate", "merely reading, s", "ratio"],
        rows,
    )
    return median(copies)


def _copy(demo: Demo) -> tuple[float, int]:
    merchant = Merchant(demo)
    started = time.monotonic()
    merchant.connect()
    merchant.wait_until_in_sync(5 * TARGET_S)
    seconds = time.monotonic() - started
    with sqlite3.connect(demo.folder / "portal.db") as database:
        (count,) = database.execute("SELECT count(*) FROM product").fetchone()
    if count != PRODUCTS:
        raise RuntimeError(f"{count} products were copied, not {PRODUCTS}")
    return seconds, count


def _read(demo: Demo) -> float:
    with sqlite3.connect(demo.folder / "sandbox.db") as state:
        (token,) = state.execute("SELECT token FROM token WHERE is_valid = 1").fetchone()
    url = f"{demo.sandbox_url}/api/v3/{STORE_ID}/products"
    started = time.monotonic()
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {token}"
        for offset in range(0, PRODUCTS, 100):
            params = {"offset": offset, "limit": 100, "sortBy": "UPDATED_TIME_DESC"}
            http.get(url, params=params, timeout=30).json()
    return time.monotonic() - started


if __name__ == "__main__":
    main()
