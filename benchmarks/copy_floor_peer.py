"""Shortest script that copies a store: the floor that `benchmarks.copy_floor` compares with.

Every list is read page by page over kept-alive connections, decoded, and written into one table of
JSON with one commit a page. It keeps no promise: no order of versions, no counts, no search, no
quarantine, and a second run would fail. Prints its seconds, processor seconds and records as JSON.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Any

import msgspec
import psycopg
import requests

LISTS = {
    "products": ("/products?sortBy=UPDATED_TIME_DESC", "id"),
    "orders": ("/orders?", "internalId"),
    "customers": ("/customers?sortBy=UPDATED_DATE_DESC", "id"),
    "coupons": ("/discount_coupons?", "id"),
    "categories": ("/categories?hidden_categories=true", "id"),
}
LIMIT = 100
# More threads made it no faster.
THREADS = 2
Pages = Iterator[tuple[str, str, list[Any]]]


def main() -> None:
    """Copy the store; print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--api-url", "--token", "--database-url"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    database, mark, json_type = _open(given.database_url)
    table = f"CREATE TABLE record (list TEXT, id BIGINT, raw {json_type}, PRIMARY KEY (list, id))"
    database.execute(table)
    database.commit()
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    with requests.Session() as http, ThreadPoolExecutor(THREADS) as pool:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {given.token}"
        copied = 0
        for name, id_name, items in _pages(http, given.api_url, pool):
            rows = [(name, item[id_name], msgspec.json.encode(item).decode()) for item in items]
            marks = ", ".join([mark] * 3)
            database.cursor().executemany(f"INSERT INTO record VALUES ({marks})", rows)
            database.commit()
            copied += len(rows)
    took = {
        "seconds": time.perf_counter() - started_s,
        "cpu_seconds": time.process_time() - started_cpu_s,
        "records": copied,
    }
    json.dump(took, sys.stdout)


def _open(url: str) -> tuple[Any, str, str]:
    if not url.startswith("sqlite"):
        return psycopg.connect(url), "%s", "JSONB"
    database = sqlite3.connect(url.removeprefix("sqlite:///"))
    database.execute("PRAGMA journal_mode = wal")
    database.execute("PRAGMA synchronous = normal")
    return database, "?", "TEXT"


def _pages(http: requests.Session, api_url: str, pool: ThreadPoolExecutor) -> Pages:
    """Yield the pages of all lists, fetched by `THREADS` threads."""

    def fetch(path: str, offset: int) -> dict[str, Any]:
        answer = http.get(f"{api_url}{path}&limit={LIMIT}&offset={offset}", timeout=30)
        page: dict[str, Any] = msgspec.json.decode(answer.content)
        return page

    for name, (path, id_name) in LISTS.items():
        first = fetch(path, 0)
        offsets = range(LIMIT, first["total"], LIMIT)
        for page in chain([first], pool.map(partial(fetch, path), offsets)):
            yield name, id_name, page["items"]


if __name__ == "__main__":
    main()
