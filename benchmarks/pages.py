"""Response time, statements and size of every page with many stores, records and events.

A merchant owns 5,000 stores; one has 100,000 products, orders and customers and 1,000,000 events.
The pages are those of the tests: each GET route of the app and some searches. They are requested
in this process, in turns, so a page doesn't find only its own rows in the database's cache.
``python -m benchmarks.pages 0.01`` uses a hundredth of the data, and
``--databases sqlite --pages products.index customers.index --records 100000`` measures some pages
on one database, with this number of records.
"""

from __future__ import annotations

import argparse
import gc
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median, quantiles

import structlog
from flask import Flask

from benchmarks.capacity import POSTGRESQL, SQLITE
from benchmarks.many_stores import database_of
from benchmarks.page_data import Size, fill_database
from benchmarks.report import figure, table
from benchmarks.web_server import place
from portal.config import Settings
from portal.models import Merchant, Store
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.sealing import new_key
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_merchant
from tests.runtimes import opened_runtime
from tests.web.conftest import Visitor
from tests.web.long_lists import fill_lists
from tests.web.page_walk import PageRequest, page_requests, recorded_statements
from tests.web.route_rows import make_rows

ROUNDS = 20
# Not shown one by one: pages below all of these limits.
QUICK_MS, FEW_QUERIES, FEW_KB = 10, 8, 40
# Answers to programs, whose size the program chooses, and the API's reference, a single document.
NO_PAGES = ("api.", "api_docs.")
# The operators' list of all stores, with each filter and order.
STORE_LIST = "operator.stores"


@dataclass
class Measured:
    """Durations of one page in ms, its statements and its size.

    ``processor`` is this process's time only, so on PostgreSQL it lacks the server's.
    """

    queries: int = 0
    kilobytes: float = 0
    took: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Return the 95th percentile of the durations."""
        return quantiles(self.took, n=20)[-1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the pages on the databases and print the table and the figures."""
    given = _parse(arguments)
    size = Size().scaled(given.scale)
    if given.records is not None:
        size = replace(size, records=given.records)
    shown: list[Measured] = []
    lists: list[Measured] = []
    for kind in given.databases:
        with (
            tempfile.TemporaryDirectory(prefix="g", dir="/tmp") as folder,
            database_of(kind, Path(folder)) as (url, _),
        ):
            pages = _measured(kind, url, size, tuple(given.pages))
        shown += [page for name, page in pages.items() if not name.startswith(NO_PAGES)]
        lists += [page for name, page in pages.items() if name.startswith(STORE_LIST)]
    if lists:
        slowest_list_ms = max(median(page.took) for page in lists)
        figure("operator_stores_p50_ms", slowest_list_ms, "ms", "<= 50, every filter and order")
    figure("page_median_ms_max", max(median(page.took) for page in shown), "ms", "< 50")
    figure("page_p95_ms_max", max(page.p95 for page in shown), "ms", "< 100")
    figure("page_queries_max", max(page.queries for page in shown), "statements", "at most 12")
    figure("page_kb_max", max(page.kilobytes for page in shown), "KB", "< 100")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("scale", type=float, nargs="?", default=1.0, help="part of the data")
    parser.add_argument("--records", type=int, help="records of each kind, at any scale")
    parser.add_argument(
        "--databases", nargs="+", choices=(SQLITE, POSTGRESQL), default=[SQLITE, POSTGRESQL]
    )
    parser.add_argument(
        "--pages", nargs="+", default=[""], help="beginnings of endpoints; by default all pages"
    )
    return parser.parse_args(arguments)


def _measured(name: str, url: str, size: Size, beginnings: tuple[str, ...]) -> dict[str, Measured]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with (
        place(url) as where,
        opened_runtime(_settings(where.folder, url, where.environ["REDIS_URL"])) as runtime,
    ):
        app = create_app(runtime)
        begin = time.perf_counter()
        owner, headers, requests = _fill(app, runtime, size)
        requests = [page for page in requests if page.name.startswith(beginnings)]
        print(f"{name}: filled in {time.perf_counter() - begin:.0f} s", flush=True)
        visitor = Visitor(app).force_login(owner)
        pages = {page.name: Measured() for page in requests}
        gc.collect()
        gc.freeze()
        # The first round fills the caches of templates and statements.
        for turn in range(ROUNDS + 1):
            for number, page in enumerate(requests):
                _measure(pages[page.name], page, visitor, headers, turn, number)
    _print(name, pages)
    return pages


def _measure(
    kept: Measured,
    page: PageRequest,
    visitor: Visitor,
    headers: dict[str, str],
    turn: int,
    number: int,
) -> None:
    if turn == 0:
        with recorded_statements() as statements:
            response = page.send(visitor, headers, number)
        if response.status_code >= 500:
            sys.exit(f"{page.path}?{page.query}: {response.status_code}")
        kept.queries, kept.kilobytes = len(statements), len(response.data) / 1000
        return
    begin, processor_begin = time.perf_counter(), time.process_time()
    page.send(visitor, headers, (turn << 10) + number)
    kept.took.append(1000 * (time.perf_counter() - begin))
    kept.processor.append(1000 * (time.process_time() - processor_begin))


def _settings(folder: Path, url: str, redis_url: str) -> Settings:
    return Settings(
        secret_keys=("benchmark",),
        encryption_keys=(new_key(),),
        portal_url="http://127.0.0.1:8000",
        database_url=url,
        redis_url=redis_url,
        data_dir=folder,
        ecwid_client_id="benchmark",
        ecwid_client_secret="benchmark-secret",
        mail_url=f"file://{folder}/mail",
        api_requests_per_minute=1_000_000,
        api_burst=1_000_000,
    )


def _fill(
    app: Flask, runtime: Runtime, size: Size
) -> tuple[Merchant, dict[str, str], list[PageRequest]]:
    """Create the data; return the owner, the headers of the API and all requests."""
    Store.delete().execute()
    owner = make_merchant(email="owner@example.com", operator_role=OperatorRole.ADMIN)
    staff = make_merchant(email="staff@example.com")
    rows = make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))
    fill_lists(rows, owner)
    key = create_key(owner, "benchmark", KeyScope)
    if key is None:
        sys.exit("the API key was not created")
    fill_database(runtime.database, size, rows)
    return owner, {"Authorization": f"Bearer {key.text}"}, list(page_requests(app, rows))


def _print(name: str, pages: dict[str, Measured]) -> None:
    rows = [
        [
            page,
            f"{median(one.took):.1f}",
            f"{one.p95:.1f}",
            f"{median(one.processor):.1f}",
            one.queries,
            f"{one.kilobytes:.0f}",
        ]
        for page, one in sorted(pages.items(), key=lambda item: -median(item[1].took))
        if median(one.took) >= QUICK_MS or one.queries > FEW_QUERIES or one.kilobytes > FEW_KB
    ]
    head = ["page", "median, ms", "p95, ms", "processor, ms", "statements", "KB"]
    table(f"{name}: {len(pages)} pages, {len(rows)} of them slow, chatty or long", head, rows)


if __name__ == "__main__":
    main()
