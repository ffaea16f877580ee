"""Exactness and speed of a copy that the program of docs/api.md keeps by the change feed.

The portal is served by gunicorn as in production, on SQLite and on PostgreSQL. Two processes write
10,000 products of two stores into the mirror, in transactions that stay open for up to 20 ms after
their last write. They change products with earlier update times than those of others, and delete
some. At the same time the program reads everything in full and follows the feed. In the end its
copy is compared with a full read.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import requests
from peewee import OperationalError

from benchmarks.postgresql import temporary_postgresql
from benchmarks.report import figure, table
from benchmarks.web_server import FIRST_STORE, STORES, Place, place, serving
from portal.models import ChangeFeedEntry, Membership, Merchant, database, open_database
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.mirror.resources import PRODUCTS

PRODUCTS_PER_STORE = 5_000
WRITERS = 2
PAGE = 50
# Pages after the import, of which some are late changes and some are deletions.
LATER_PAGES = 60
OPEN_S = 0.02
# Instead of the guide's 30 seconds.
WAIT_S = 1
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
EXAMPLES = re.findall(r"```python\n(.+?)```", Path("docs/api.md").read_text(), flags=re.DOTALL)
(GUIDE,) = [example for example in EXAMPLES if "def follow(" in example]


@dataclass(frozen=True)
class Kept:
    """Errors of a program's copy, repeated changes, and the delay of the copy."""

    lost: int
    stale: int
    repeated: int
    changes: int
    changes_per_s: float
    poll_calls: float


def main() -> None:
    """Measure both databases and print the figures."""
    with place() as where:
        results = {"SQLite": _measured(where)}
    with temporary_postgresql() as url, place(url) as where:
        results["PostgreSQL"] = _measured(where)
    head = ["database", "changes", "lost", "stale", "repeated", "changes per s"]
    rows = [
        [name, kept.changes, kept.lost, kept.stale, kept.repeated, f"{kept.changes_per_s:.0f}"]
        for name, kept in results.items()
    ]
    table(f"Copy of {WRITERS * PRODUCTS_PER_STORE:,} products by the change feed", head, rows)
    kept = results.values()
    figure("feed_lost", sum(each.lost for each in kept), "records", "0")
    figure("feed_stale", sum(each.stale for each in kept), "records", "0")
    figure("feed_repeated", sum(each.repeated for each in kept), "changes", "0")
    figure("changes_per_s", min(each.changes_per_s for each in kept), "changes/s", "none")
    figure("poll_cost_calls", max(each.poll_calls for each in kept), "calls", "1")


def _measured(where: Place) -> Kept:
    environ = {"API_REQUESTS_PER_MINUTE": "1000000", "PORTAL_KEY": _create_key(where)}
    where = replace(where, environ=where.environ | environ)
    os.environ["PORTAL_KEY"] = environ["PORTAL_KEY"]
    with serving(where, "wsgi:app", "--workers", "3") as server:
        calls, delivered = Counter[str](), Counter[str]()
        guide = _guide(f"http://127.0.0.1:{server.port}", calls, delivered)
        writers = [
            multiprocessing.get_context("spawn").Process(
                target=_write, args=(where.database_url, FIRST_STORE + number, number)
            )
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        cursor = beginning = guide["start"]()
        while any(writer.is_alive() for writer in writers):
            cursor = guide["follow"](cursor)
        if any(writer.exitcode for writer in writers):
            raise SystemExit("a writer failed")
        cursor = guide["follow"](cursor)
        repeated = sum(delivered.values()) - len(delivered)
        copy = dict(guide["copy"])
        calls.clear()
        guide["follow"](cursor)
        poll_calls = calls.total()
        lost, stale = _differences(guide, copy)
        started_s, before = time.monotonic(), sum(delivered.values())
        guide["follow"](beginning)
        # The last call of `follow` waits in vain.
        seconds = max(time.monotonic() - started_s - WAIT_S, 1e-9)
        changes = sum(delivered.values()) - before
        if changes < PRODUCTS_PER_STORE:
            raise SystemExit("the writers changed too little")
        return Kept(lost, stale, repeated, changes, changes / seconds, poll_calls)


def _guide(address: str, calls: Counter[str], delivered: Counter[str]) -> dict[str, Any]:
    """Return the names of the guide's program, which counts its calls and the changes it gets."""
    text = GUIDE.replace("https://portal.example", address)
    text = text.replace("wait=30", f"wait={WAIT_S}")
    names: dict[str, Any] = {}
    exec(compile(text, "docs/api.md", "exec"), names)
    get = names["get"]
    names["requests"] = requests.Session()

    def counted(path: str, **query: Any) -> Any:
        calls[path] += 1
        found = get(path, **query)
        if path == "/changes":
            delivered.update(item["sequence"] for item in found["items"])
        return found

    names["get"] = counted
    return names


def _differences(guide: dict[str, Any], copy: dict[Any, Any]) -> tuple[int, int]:
    """Return how many records the copy lacks, and how many are outdated or deleted."""
    guide["copy"].clear()
    guide["known_stores"].clear()
    guide["read_new_stores"]()
    real = guide["copy"]
    lost = sum(place not in copy for place in real)
    stale = sum(_compared(record) != _compared(real.get(place)) for place, record in copy.items())
    return lost, stale


def _compared(record: dict[str, Any] | None) -> dict[str, Any] | None:
    return record and {name: value for name, value in record.items() if name != "synced_at"}


def _create_key(where: Place) -> str:
    opened = open_database(where.database_url)
    with opened.connection_context():
        merchant = Merchant.create(email="ada@example.com", password_hash="x")
        for number in range(STORES):
            Membership.create(merchant=merchant, store=FIRST_STORE + number)
        made = create_key(merchant, "benchmark", [KeyScope.READ_CATALOG, KeyScope.READ_ORDERS])
        ChangeFeedEntry.delete().execute()
    opened.close_all()
    if made is None:
        raise SystemExit("the API key was not created")
    return made.text


def _write(url: str, store_id: int, seed: int) -> None:
    """Import products, then change some late and delete some, while the program reads."""
    rng, opened = Random(seed), open_database(url)
    while True:
        try:
            opened.connect()
            break
        except OperationalError:  # another process is just opening the file, too
            time.sleep(0.05)
    with closing(opened):
        numbers = list(range(1, PRODUCTS_PER_STORE + 1))
        for first in range(0, PRODUCTS_PER_STORE, PAGE):
            _save(store_id, numbers[first : first + PAGE], first, rng)
        for page in range(LATER_PAGES):
            chosen = rng.sample(numbers, PAGE)
            if page % 3 == 2:
                with database.atomic():
                    PRODUCTS.mark_deleted(store_id, chosen[:20], _read_at())
                    time.sleep(rng.uniform(0, OPEN_S))
            else:
                _save(store_id, chosen, PRODUCTS_PER_STORE + page, rng)


def _save(store_id: int, numbers: Sequence[int], version: int, rng: Random) -> None:
    with database.atomic():
        # Times grow for each record, and are earlier than those of many others.
        at = BEGIN + timedelta(seconds=version)
        payloads = [_payload(number, at, version) for number in numbers]
        PRODUCTS.save(store_id, payloads, _read_at())
        time.sleep(rng.uniform(0, OPEN_S))
    # Otherwise the two would keep everybody else from writing to SQLite.
    time.sleep(OPEN_S)


def _read_at() -> datetime:
    return datetime.now(UTC)


def _payload(number: int, at: datetime, version: int) -> dict[str, Any]:
    return {
        "id": number,
        "sku": f"MUG-{number}",
        "name": f"Mug {number}, version {version}",
        "price": Decimal("24.5"),
        "quantity": version % 40,
        "inStock": True,
        "enabled": True,
        "updateTimestamp": int(at.timestamp()),
        "createTimestamp": int(BEGIN.timestamp()),
        "description": "A mug thrown by hand. " * 20,
        "combinations": [],
    }


if __name__ == "__main__":
    main()
