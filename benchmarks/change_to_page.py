"""Delay until a product's change in the store is visible on the portal's page."""

from __future__ import annotations

import time
from statistics import median

import requests

from benchmarks.merchant import Merchant, demo_of_its_own
from benchmarks.report import figure, latency_suffix, table
from portal.demo import STORE_ID, Demo

CHANGES = 20
WARM_UP = 2
TARGET_S = 3
PAUSE_S = 1.0
LATENCIES_MS = (0, 150)


def main() -> None:
    """Measure without latency and with that of a real API."""
    for latency_ms in LATENCIES_MS:
        _measure(latency_ms)


def _measure(latency_ms: int) -> None:
    """Change the prices of products one by one, and wait for each on its page."""
    with demo_of_its_own(latency_ms) as demo:
        merchant = Merchant(demo)
        merchant.connect()
        merchant.wait_until_in_sync(timeout_s=300)
        snapshot = requests.get(f"{_api(demo)}/snapshot", timeout=60).json()
        ids = [product["id"] for product in snapshot["products"]]
        step = len(ids) // (CHANGES + WARM_UP)
        waits = [_change(demo, merchant, n, ids[n * step]) for n in range(CHANGES + WARM_UP)]
    measured = sorted(waits[WARM_UP:])
    table(
        f"A price changes in the store, {latency_ms} ms a call: seconds until its page shows it "
        f"({CHANGES} changes)",
        ["fastest", "median", "slowest"],
        [[f"{measured[0]:.2f}", f"{median(measured):.2f}", f"{measured[-1]:.2f}"]],
    )
    suffix = latency_suffix(latency_ms)
    figure(f"change_to_page_seconds{suffix}", median(measured), "s", f"< {TARGET_S}")
    figure(f"change_to_page_slowest_seconds{suffix}", measured[-1], "s", f"< {TARGET_S}")


def _change(demo: Demo, merchant: Merchant, number: int, product_id: int) -> float:
    time.sleep(PAUSE_S)
    price = 7_000 + number + 0.25
    started = time.monotonic()
    url = f"{_api(demo)}/products/{product_id}"
    requests.patch(url, json={"price": price}, timeout=30).raise_for_status()
    merchant.wait_for(f"/stores/{STORE_ID}/products/{product_id}", f"€{price:,.2f}", timeout_s=60)
    return time.monotonic() - started


def _api(demo: Demo) -> str:
    return f"{demo.sandbox_url}/_sandbox/api/stores/{STORE_ID}"


if __name__ == "__main__":
    main()
