"""Response time of a search among 1,000,000 events, on SQLite and PostgreSQL.

The events are inserted by one statement and indexed by the daemon's own function. Each search is
run for its first and its last page, with search terms, types and states that a person would enter.
Some match nearly every event, some match none. Some are worst cases: both conditions are common,
but no event meets both.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

from peewee import Database, PostgresqlDatabase, SqliteDatabase

from benchmarks.postgresql import on_both_databases
from benchmarks.report import figure, table
from portal.models import EventState, Store, WebhookEvent, open_database
from portal.models.migrations import migrate
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_event_terms import index_next_batch
from portal.services.events.index_scans import event_types
from portal.services.events.list_events import find_events

EVENTS = 1_000_000
ROUNDS = 12
STORE_ID = 1003
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

# One in ten events is about a paid order and one in ten about an unfinished order. The latter are
# all ignored; of the others, one in 2,000 is dead.
ROWS = """INSERT INTO webhook_event (event_id, store_id, type, entity_id, event_created_at,
received_at, payload, state, attempts, due_at)
SELECT 'e-' || n, {store}, CASE n % 10 WHEN 0 THEN 'order.updated' WHEN 1 THEN
'unfinished_order.updated' WHEN 2 THEN 'customer.updated' ELSE 'product.updated' END,
CAST(n % 50000 AS VARCHAR), {at}, {at}, {payload}, CASE WHEN n % 10 = 1 THEN 'ignored'
WHEN n % 2000 = 7 THEN 'dead' ELSE 'applied' END, 1, {at} FROM {numbers}"""
PAYLOAD = """CASE n % 10 WHEN 0 THEN '{"entityId":' || (n % 50000) || ',"data":{"orderId":"X' ||
n || '","oldPaymentStatus":"AWAITING","newPaymentStatus":"PAID"}}' WHEN 1 THEN '{"entityId":' ||
(n % 50000) || ',"data":{"cartId":"C' || n || '","step":"ABANDONED"}}' ELSE
'{"entityId":' || (n % 50000) || '}' END"""
ON_SQLITE = {
    "at": "strftime('%Y-%m-%d %H:%M:%S.000000+00:00', '2026-01-01', '+' || (10 * n) || ' seconds')",
    "payload": PAYLOAD,
    "numbers": "(WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number "
    f"WHERE n < {EVENTS}) SELECT n FROM number)",
}
ON_POSTGRESQL = {
    "at": "TIMESTAMPTZ '2026-01-01 00:00:00+00' + n * INTERVAL '10 seconds'",
    "payload": f"CAST({PAYLOAD} AS JSONB)",
    "numbers": f"generate_series(1, {EVENTS}) AS number(n)",
}

_MIDDLE = BEGIN + timedelta(seconds=5 * EVENTS)
_END = _MIDDLE + timedelta(hours=1)
SEARCHES = {
    "everything": EventFilter(),
    "a type": EventFilter(type="order.updated"),
    "a common state": EventFilter(state=EventState.APPLIED),
    "a rare state": EventFilter(state=EventState.DEAD),
    "a type and a state": EventFilter(type="product.updated", state=EventState.DEAD),
    "a type in no such state": EventFilter(type="order.updated", state=EventState.IGNORED),
    "an entity": EventFilter(entity="4711"),
    "an hour long ago": EventFilter(since=_MIDDLE, until=_END),
    "an hour with no such": EventFilter(state=EventState.PENDING, since=_MIDDLE, until=_END),
    "a rare word": EventFilter(text="X500000"),
    "a common word": EventFilter(text="paid"),
    "a word that is nowhere": EventFilter(text="nowhere"),
    "a common word, a type, a state": EventFilter(
        text="paid", type="order.updated", state=EventState.APPLIED
    ),
    "a common word, a rare state": EventFilter(text="4711", state=EventState.DEAD),
    "a common word, a rare state, none": EventFilter(text="paid", state=EventState.DEAD),
    "a common word, a common state, none": EventFilter(text="paid", state=EventState.IGNORED),
    "two common words, none has both": EventFilter(text="paid abandoned"),
    "a word, a type, a state and a day": EventFilter(
        text="paid",
        type="order.updated",
        state=EventState.APPLIED,
        since=_MIDDLE,
        until=_MIDDLE + timedelta(days=1),
    ),
}


def main() -> None:
    """Measure both databases and print the duration of each search."""
    found = on_both_databases(_measured)
    figure("event_search_p95_ms", quantiles(found["sqlite"], n=20)[-1], "ms", "< 150")


def _measured(name: str, url: str) -> list[float]:
    """Return the durations of all searches on a database, in ms."""
    database = open_database(url)
    migrate(database)
    with database.connection_context():
        store, noting_s = _fill(database)
        took = {
            (kind, page): _timed(store, wanted, before)
            for kind, wanted in SEARCHES.items()
            for page, before in (("first", None), ("last", 0))
        }
    database.close()
    every = [ms for row in took.values() for ms in row]
    rows = [[*key, f"{median(row):.1f}", f"{max(row):.1f}"] for key, row in took.items()]
    rows.append(["all", "", f"{median(every):.1f}", f"{max(every):.1f}"])
    table(
        f"{name}: {EVENTS:,} events; indexed at {EVENTS / noting_s:,.0f} events/s",
        ["search for", "page", "median, ms", "slowest, ms"],
        rows,
    )
    return every


def _timed(store: Store, wanted: EventFilter, before: int | None) -> list[float]:
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        event_types(store.id)
        find_events(store, wanted, before=before)
        took.append(1000 * (time.perf_counter() - begin))
    return took


def _fill(database: Database) -> tuple[Store, float]:
    """Create the events; return their store and the seconds spent on the term index."""
    store = Store.create(id=STORE_ID, name="Clay & Co", url="", currency="EUR")
    if isinstance(database, SqliteDatabase):
        statement = ROWS.format(store=STORE_ID, **ON_SQLITE)
    else:
        statement = ROWS.format(store=STORE_ID, **ON_POSTGRESQL).replace("%", "%%")
    database.execute_sql(statement).close()
    begin = time.perf_counter()
    while index_next_batch():
        pass
    noting_s = time.perf_counter() - begin
    if isinstance(database, PostgresqlDatabase):
        # Autovacuum would do this about a minute after so many inserts.
        database.execute_sql("ANALYZE").close()
    if WebhookEvent.select().count() != EVENTS:
        sys.exit("some events are missing")
    return store, noting_s


if __name__ == "__main__":
    main()
