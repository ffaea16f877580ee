"""Response time of a search among many products, and the cost of the index while mirroring.

``python -m benchmarks.record_search`` has 1,000,000 products; a number as its argument is another
number of products.

The products are inserted by one statement, and their search texts are written by the mirror's own
function. Each search is run for its first page, and the common ones also for a page in the middle.
The cost of the index is the duration of mirroring pages of 100 products, from Ecwid's JSON to the
commit, with the index and without, in turns.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import mean, median, quantiles
from typing import Any

from peewee import Database, PostgresqlDatabase

from benchmarks.postgresql import on_both_databases
from benchmarks.report import figure, table
from portal.ecwid.strict_json import decode_strictly
from portal.models import Product, SearchDocument, Store, open_database
from portal.models.bulk import ROWS_PER_STATEMENT
from portal.models.fields import dump_json
from portal.models.migrations import migrate
from portal.models.search_document import reindex
from portal.services.mirror.resources import PRODUCTS
from portal.services.records.cursor_pagination import PageCursor
from portal.services.records.search_products import search_products
from portal.services.records.search_store import search_store

DEFAULT_COUNT = 1_000_000
ROUNDS = 12
PAGES = 100
STORE_ID = 1003
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

# Half of the products are mugs, 1 in 100 is a teapot, 1 in 1,000 is amber; none is an amber teapot.
# "Relic" is in the oldest 1 %, which is the worst case of a scan from the newest.
NAME = """CASE n % 2 WHEN 0 THEN 'Stoneware mug ' ELSE 'Porcelain bowl ' END ||
CASE WHEN n % 100 = 1 THEN 'teapot' WHEN n % 1000 = 2 THEN 'amber' ELSE 'large' END ||
CASE WHEN n <= {oldest} THEN ' relic ' ELSE ' ' END || 'Nr' || n"""
ROWS = """INSERT INTO product (store_id, remote_id, raw, remote_updated_at, synced_at, name, sku,
is_in_stock, is_enabled, category_ids)
SELECT {store}, n, {raw}, {at}, {at}, {name}, 'SKU-' || n, TRUE, TRUE, '[]' FROM {numbers}"""
# As long as the JSON of a product without variations.
RAW = '{"description": "' + "x" * 1_500 + '"}'

SEARCHES = {
    "a whole number": "nr500000",
    "part of a SKU": "ku-99999",
    "a rare word": "amber",
    "a rare word and a common one": "mug amb",
    "two words, none has both": "amber teapot",
    "a word that is nowhere": "nowhere",
    "a word of 1 in 100": "teapot",
    "a common word": "mug",
    "parts of two common words": "ware larg",
    "two common words, none has both": "mug bowl",
    "two letters": "mu",
    "a plural": "ambers",
    "a plural of a common word": "mugs",
    "a plural that is nowhere, of common letters": "stonewies",
    "a word of the oldest 1 %": "relic",
}
COMMON = ("a word of 1 in 100", "a common word", "parts of two common words", "two letters")


def main(arguments: Sequence[str]) -> None:
    """Measure both databases and print the duration of each search."""
    count = int(arguments[0]) if arguments else DEFAULT_COUNT
    found = on_both_databases(partial(_measured, count))
    for name, (took, ratio) in found.items():
        figure(f"record_search_{name}_p95_ms", quantiles(took, n=20)[-1], "ms", "< 500")
        figure(f"record_search_{name}_mirroring_ratio", ratio, "times", "< 1.5")


def _measured(count: int, name: str, url: str) -> tuple[list[float], float]:
    """Return the durations of all searches on a database in ms, and the index's cost as a ratio."""
    database = open_database(url)
    migrate(database)
    with database.connection_context():
        store, indexing_s = _fill(database, count)
        middle = PageCursor(BEGIN + timedelta(seconds=count // 2), count // 2)
        took = {
            (kind, typed, place): _timed(store, typed, after)
            for kind, typed in SEARCHES.items()
            for place, after in (("first", None), ("middle", middle))
            if after is None or kind in COMMON
        }
        took |= {(kind, typed, "store"): _timed(store, typed) for kind, typed in SEARCHES.items()}
        with_index, without_index = _mirroring(database, count)
    database.close()
    every = [ms for row in took.values() for ms in row]
    table(
        f"{name}: {count:,} products; indexed at {count / indexing_s:,.0f} products/s",
        ["search for", "typed", "page", "median, ms", "slowest, ms"],
        [[*key, f"{median(row):.1f}", f"{max(row):.1f}"] for key, row in took.items()],
    )
    print(f"  mirroring 100 products: {with_index:.1f} ms, without index {without_index:.1f} ms")
    return every, with_index / without_index


def _timed(store: Store, typed: str, *after: PageCursor | None) -> list[float]:
    """Return the durations of a page of products, or without a page, of a search of the store."""
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        if after:
            search_products(store, search=typed, after=after[0])
        else:
            search_store(store, typed)
        took.append(1000 * (time.perf_counter() - begin))
    return took


def _fill(database: Database, count: int) -> tuple[Store, float]:
    """Create the products; return their store and the seconds spent on the search texts."""
    store = Store.create(id=STORE_ID, name="Clay & Co", url="", currency="EUR")
    name = NAME.format(oldest=count // 100)
    is_postgresql = isinstance(database, PostgresqlDatabase)
    if is_postgresql:
        at = "TIMESTAMPTZ '2026-01-01 00:00:00+00' + n * INTERVAL '1 second'"
        numbers, raw = f"generate_series(1, {count}) AS number(n)", f"CAST('{RAW}' AS JSONB)"
    else:
        at = "strftime('%Y-%m-%d %H:%M:%S.000000+00:00', '2026-01-01', '+' || n || ' seconds')"
        numbers = (
            "(WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number "
            f"WHERE n < {count}) SELECT n FROM number)"
        )
        raw = f"'{RAW}'"
    statement = ROWS.format(store=STORE_ID, raw=raw, at=at, name=name, numbers=numbers)
    database.execute_sql(statement.replace("%", "%%") if is_postgresql else statement).close()
    begin = time.perf_counter()
    for start in range(1, count + 1, 50 * ROWS_PER_STATEMENT):
        with database.atomic():
            for first in range(start, start + 50 * ROWS_PER_STATEMENT, ROWS_PER_STATEMENT):
                reindex(Product, STORE_ID, range(first, first + ROWS_PER_STATEMENT))
    indexing_s = time.perf_counter() - begin
    if is_postgresql:
        # Autovacuum would do this about a minute after so many inserts.
        database.execute_sql("VACUUM ANALYZE").close()
    if SearchDocument.select().count() != count:
        sys.exit("some search texts are missing")
    return store, indexing_s


def _mirroring(database: Database, count: int) -> tuple[float, float]:
    """Return the mean duration of mirroring a page, in ms: with the index, and without it."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for page in range(2 * PAGES):
        has_index = page % 2 == 0
        body = dump_json([_payload(count + 100 * page + n) for n in range(1, 101)]).encode()
        with _columns(Product.search_columns if has_index else ()):
            begin = time.perf_counter()
            mapped = PRODUCTS.map(STORE_ID, decode_strictly(body), datetime.now(UTC))
            with database.atomic():
                PRODUCTS.write(mapped)
            took[has_index].append(1000 * (time.perf_counter() - begin))
    # The mean, because a few pages wait for the index to merge its parts.
    return mean(took[True]), mean(took[False])


def _payload(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "sku": f"SKU-{number}",
        "name": f"Stoneware mug, amber glaze {number % 977}",
        "price": 24,
        "updateTimestamp": int(BEGIN.timestamp()) + number,
        "createTimestamp": int(BEGIN.timestamp()),
        "description": "x" * 1_500,
        "combinations": [],
    }


@contextmanager
def _columns(columns: Sequence[str]) -> Iterator[None]:
    """Replace the columns of products that the index has."""
    kept = Product.search_columns
    Product.search_columns = tuple(columns)
    try:
        yield
    finally:
        Product.search_columns = kept


if __name__ == "__main__":
    main(sys.argv[1:])
