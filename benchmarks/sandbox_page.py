"""Response time of the sandbox for a page of 100 out of 100,000 records, and its memory.

The sandbox runs in its own process, bound to one core. It creates 100,000 products, orders and
customers, and then serves pages from all over each list to one client over one connection. The
server's smallest response is measured for comparison: the cost of a call that reads no record.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from urllib.parse import parse_qs, urlsplit

import psutil
import requests

from benchmarks.report import figure, table
from portal.sandbox.config import DEFAULT_SCOPES

RECORDS = 100_000
PAGES = 300
LISTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("products", "/products", {"sortBy": "UPDATED_TIME_DESC"}),
    ("products, filtered", "/products", {"enabled": "true", "inStock": "true"}),
    ("orders", "/orders", {}),
    ("customers", "/customers", {}),
)
CALLBACK = "http://127.0.0.1:8000/connect/callback"
MIB = 1024 * 1024
Page = Callable[[], tuple[str, dict[str, str]]]


def main() -> None:
    """Create a large store, read pages of it, and print the measurements."""
    with tempfile.TemporaryDirectory() as folder, _sandbox(folder) as (process, url):
        counts = dict.fromkeys(("products", "orders", "customers"), RECORDS)
        begin = time.perf_counter()
        store = requests.post(f"{url}/_sandbox/api/stores", json=counts, timeout=300).json()
        making_s = time.perf_counter() - begin
        with requests.Session() as http:
            http.headers["Authorization"] = f"Bearer {token_of(url, store['store_id'])}"
            api = f"{url}/api/v3/{store['store_id']}"
            smallest = _timed(http, lambda: (f"{api}/classes", {}))
            rows = [_row("smallest answer", smallest, smallest)]
            timings = {}
            for name, path, wishes in LISTS:
                timings[name] = _timed(http, _pages(f"{api}{path}", wishes))
                rows.append(_row(name, timings[name], smallest))
        memory_mb = process.memory_info().rss / MIB
    table(
        f"{PAGES} pages of 100 out of {RECORDS:,}, from all over the list, one core",
        ["list", "median, ms", "p95, ms", "times the smallest"],
        rows,
    )
    figure("sandbox_page_ms", median(timings["products"]), "ms", "5")
    figure("sandbox_making_seconds", making_s, "s", "60")
    figure("sandbox_memory_mb", memory_mb, "MB", "600")


def _pages(url: str, wishes: dict[str, str]) -> Page:
    chance = Random(4)

    def page() -> tuple[str, dict[str, str]]:
        return url, {**wishes, "offset": str(chance.randrange(int(RECORDS * 0.7)))}

    return page


def _timed(http: requests.Session, page: Page) -> list[float]:
    """Return how long each page took, in ms."""
    took = []
    for _ in range(PAGES):
        url, params = page()
        begin = time.perf_counter()
        answer = http.get(url, params=params, timeout=60)
        took.append(1000 * (time.perf_counter() - begin))
        answer.raise_for_status()
    return took


def _row(name: str, took: list[float], smallest: list[float]) -> list[str]:
    middle = median(took)
    p95 = quantiles(took, n=20)[-1]
    return [name, f"{middle:.2f}", f"{p95:.2f}", f"{middle / median(smallest):.1f}"]


def token_of(url: str, store_id: int) -> str:
    """Return a token, obtained by consent and code exchange like any app's."""
    query = {
        "client_id": "sandbox-app",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": " ".join(DEFAULT_SCOPES),
    }
    form = {"decision": "allow", "store_id": store_id, "scope": DEFAULT_SCOPES}
    answer = requests.post(
        f"{url}/api/oauth/authorize", params=query, data=form, allow_redirects=False, timeout=30
    )
    (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
    form = {
        "client_id": "sandbox-app",
        "client_secret": "sandbox-secret",
        "code": code,
        "redirect_uri": CALLBACK,
        "grant_type": "authorization_code",
    }
    token = requests.post(f"{url}/api/oauth/token", data=form, timeout=30).json()
    return str(token["access_token"])


@contextmanager
def _sandbox(folder: str) -> Iterator[tuple[psutil.Process, str]]:
    command = [sys.executable, "-m", "portal.sandbox", "--port", "0", "--no-quota"]
    with subprocess.Popen(
        [*command, "--state", f"{folder}/sandbox.db"], stdout=subprocess.PIPE, text=True
    ) as server:
        process = psutil.Process(server.pid)
        process.cpu_affinity([min(os.sched_getaffinity(0))])
        line = (server.stdout or sys.stdin).readline()
        yield process, line.rsplit(maxsplit=1)[-1]
        server.terminate()


if __name__ == "__main__":
    main()
