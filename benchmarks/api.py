"""Response time of the API for a page of 100 products out of 100,000, with 8 clients at once.

The portal is served by gunicorn as in production, on SQLite and on PostgreSQL. Eight clients
request gzipped pages from all over the list without a pause. They are threads of one other process
on the same two cores, so each waits for the work of all eight. Then one client alternates between
the first and the last page. The portal's smallest response is measured for comparison.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from statistics import median, quantiles
from threading import Thread

from peewee import PostgresqlDatabase

from benchmarks.load import HOST
from benchmarks.postgresql import temporary_postgresql
from benchmarks.report import figure, table
from benchmarks.web_server import FIRST_STORE, Place, place, serving
from portal.models import Membership, Merchant, Product, Store, database, open_database
from portal.models.bulk import chunked
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key

PRODUCTS = 100_000
PAGE = 100
CLIENTS = 8
SECONDS = 10
TURNS = 150
# One of them receives webhooks, the others serve pages.
WORKERS = 3
PATH = f"/api/v1/stores/{FIRST_STORE}/products?limit={PAGE}"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
# A record of 2 KB, the size of Ecwid's. Each row has one, and a list must not read it.
RAW = {"description": "A mug thrown by hand. " * 90}


def main() -> None:
    """Measure both databases and print the response times."""
    results = {}
    with place() as where:
        results["SQLite"] = _measured(where)
    with temporary_postgresql() as url, place(url) as where:
        results["PostgreSQL"] = _measured(where)
    rows = []
    for name, waits in results.items():
        for kind, ms in waits.items():
            p95 = quantiles(ms, n=20)[-1]
            rows.append([name, kind, len(ms), f"{median(ms):.1f}", f"{p95:.1f}", f"{max(ms):.1f}"])
    head = ["database", "what", "calls", "median, ms", "p95, ms", "slowest, ms"]
    table(
        f"Pages of {PAGE} out of {PRODUCTS:,} products, gunicorn with {WORKERS} workers", head, rows
    )
    worst_p95 = max(quantiles(waits[_ALL], n=20)[-1] for waits in results.values())
    worst_ratio = max(median(w["last page"]) / median(w["first page"]) for w in results.values())
    figure("api_page_p95_ms", worst_p95, "ms", "< 60")
    figure("last_page_vs_first", worst_ratio, "times", "at most 1.2")


_ALL = f"any page, {CLIENTS} clients"


def _measured(where: Place) -> dict[str, list[float]]:
    key = create_products(where.database_url, PRODUCTS)
    where = replace(where, environ=where.environ | {"API_REQUESTS_PER_MINUTE": "1000000"})
    with serving(where, "wsgi:app", "--workers", str(WORKERS)) as server:
        caller = _Caller(server.port, key)
        cursors = _walk(caller)
        waits = {"first page": [], "last page": [], "smallest answer": []}
        for _ in range(TURNS):
            waits["first page"].append(caller.timed(PATH))
            waits["last page"].append(caller.timed(f"{PATH}&after={cursors[-1]}"))
            waits["smallest answer"].append(caller.timed("/healthz"))
        context = multiprocessing.get_context("spawn")
        theirs, ours = context.Pipe()
        process = context.Process(target=_clients, args=(server.port, key, cursors, theirs))
        process.start()
        waits[_ALL] = ours.recv()
        process.join()
    return waits


def _clients(port: int, key: str, cursors: list[str], pipe) -> None:
    """Send requests without pause on `CLIENTS` connections; send all response times to the pipe."""
    waits: list[list[float]] = [[] for _ in range(CLIENTS)]
    until_s = time.monotonic() + SECONDS

    def ask(number: int) -> None:
        caller, random = _Caller(port, key), Random(number)
        while time.monotonic() < until_s:
            waits[number].append(caller.timed(f"{PATH}&after={random.choice(cursors)}"))

    threads = [Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send([ms for each in waits for ms in each])


class _Caller:
    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=30)
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "gzip"}

    def timed(self, path: str) -> float:
        """Return how many milliseconds a request took."""
        begin = time.perf_counter()
        self.get(path, self.headers)
        return 1000 * (time.perf_counter() - begin)

    def get(self, path: str, headers: dict[str, str]) -> bytes:
        """Return the body of a response; any status but 200 ends the benchmark."""
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {body[:200]!r}")
        return body


def _walk(caller: _Caller) -> list[str]:
    """Return the cursor of every page after the first, as returned by the page before it."""
    plain = {"Authorization": caller.headers["Authorization"]}
    places: list[str] = []
    path = f"{PATH}&fields=id"
    while (after := json.loads(caller.get(path, plain))["next"]) is not None:
        places.append(after)
        path = f"{PATH}&fields=id&after={after}"
    if len(places) != PRODUCTS // PAGE - 1:
        raise SystemExit(f"the list has {len(places) + 1} pages, not {PRODUCTS // PAGE}")
    return places


def create_products(url: str, count: int) -> str:
    """Create the products; return an API key that can read them."""
    opened = open_database(url)
    with opened.connection_context():
        merchant = Merchant.create(email="ada@example.com", password_hash="x")
        store = Store.get_by_id(FIRST_STORE)
        Membership.create(merchant=merchant, store=store)
        for numbers in chunked(range(1, count + 1), 2_000):
            with database.atomic():
                Product.upsert(_row(number) for number in numbers)
        if isinstance(opened, PostgresqlDatabase):
            # Autovacuum would do this about a minute after so many inserts.
            opened.execute_sql("ANALYZE").close()
        made = create_key(merchant, "benchmark", [KeyScope.READ_CATALOG])
    opened.close_all()
    if made is None:
        raise SystemExit("the API key was not created")
    return made.text


def _row(number: int) -> dict[str, object]:
    at = BEGIN + timedelta(seconds=number // 3)
    return {
        "store": FIRST_STORE,
        "remote_id": 700_000_000 + number,
        "name": f"Stoneware mug No. {number}",
        "sku": f"MUG-{number:06}",
        "price": Decimal(1000 + number % 5000) / 100,
        "quantity": number % 40,
        "url": f"https://clay.example/products/stoneware-mug-{number}",
        "thumbnail_url": f"https://images.clay.example/{number}/160.jpg",
        "category_ids": [7, 8 + number % 40],
        "remote_created_at": BEGIN,
        "raw": {"id": number, **RAW},
        "remote_updated_at": at,
        "synced_at": at,
    }


if __name__ == "__main__":
    main()
