"""Time of each chart of an overview, at 1,000,000 events, 100,000 runs and 4,000 orders a month.

The events are the store's, and every hour of the last month has each kind and outcome of an hourly
count. The time of a chart is that of its statement, its drawing and its template; the page reads
the sums of days and of hours once for several charts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from flask import get_template_attribute
from peewee import Database

from benchmarks.postgresql import on_both_databases
from benchmarks.report import figure, table
from benchmarks.web_server import place
from portal.models import HourlyCount, Order, OrderSum, Resource, Store, WebhookEvent, utc_now
from portal.models.bulk import is_postgresql
from portal.models.hourly_count import ANY_RESOURCE, hour_of
from portal.read_settings import read_settings
from portal.services.connection.overview_figures import (
    PeriodSums,
    daily_sums,
    hourly_sums,
    latest_runs,
)
from portal.services.mirror.resources import ORDERS
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.bar_chart import BarChart
from portal.web.stores.order_charts import orders_chart, sales_chart
from portal.web.stores.sync_charts import calls_chart, events_chart, lag_chart, runs_chart
from tests.factories import order_payload
from tests.runtimes import opened_runtime

EVENTS, RUNS, HOURS, DAYS = 1_000_000, 100_000, 31 * 24, 30
# About those of the last month, of 100,000 in two years.
ORDERS_PER_DAY = 137
ROUNDS = 30
STORE_ID = 1003
ZONE = ZoneInfo("Europe/Paris")
TARGET_MS = 10
MINUTE = timedelta(minutes=1)
OUTCOMES = {
    "events": ("applied", "ignored", "dead"),
    "orders": ("live", "test"),
    "calls": (*map(str, Resource), "events"),
    "lag": (ANY_RESOURCE,),
}
_EVENT_ROWS = """INSERT INTO webhook_event (event_id, store_id, type, entity_id, event_created_at,
received_at, payload, state, attempts, due_at, processed_at)
SELECT 'b-' || n, {store}, 'product.updated', n, {at}, {at}, '{{}}', 'applied', 1, {at}, {at}
FROM {numbers}"""
_RUN_ROWS = """INSERT INTO sync_run (store_id, resource, kind, is_scheduled, state, seen, saved,
unchanged, deleted, quarantined, requests, bytes, failures, due_at, created_at, started_at,
finished_at, paused_s)
SELECT {store}, 'products', 'incremental', TRUE, 'done', 0, 0, 0, 0, 0, 1, 1, 0, {at}, {at},
{begun}, {at}, 0 FROM {numbers}"""
_COUNT_ROWS = """INSERT INTO hourly_count (store_id, kind, hour, outcome, count, amount)
SELECT {store}, '{kind}', {hour}, '{outcome}', 1000 + n, 249000 FROM {numbers}"""


def main() -> None:
    """Measure both databases and print the time of each chart."""
    found = on_both_databases(_measured)
    for database, charts in found.items():
        for chart, took in charts.items():
            figure(f"overview_chart_{chart}_{database}_ms", took, "ms", str(TARGET_MS))


def _measured(name: str, url: str) -> dict[str, float]:
    """Return the median time of each chart on a database, in ms."""
    with place(url) as where, opened_runtime(read_settings(where.environ)) as runtime:
        return _measured_charts(name, runtime)


def _measured_charts(name: str, runtime: Runtime) -> dict[str, float]:
    # The charts use the time zone and the language of the request, so they need the whole app.
    app = create_app(runtime)
    with app.test_request_context():
        store = Store.get_by_id(STORE_ID)
        store.currency = "EUR"
        _fill(runtime.database)
        draw = get_template_attribute("components/bar_chart.html", "bar_chart")
        took = {chart: _timed(make, draw) for chart, make in _charts(store).items()}
        table(
            f"{name}: {WebhookEvent.select().count():,} events, "
            f"{HourlyCount.select().count():,} hourly counts",
            ["chart", "median, ms", "fastest, ms", "slowest, ms", "processor, ms"],
            [
                [chart, *(f"{each(ms):.1f}" for each in (median, min, max)), f"{median(busy):.1f}"]
                for chart, (ms, busy) in took.items()
            ],
        )
    return {chart: median(ms) for chart, (ms, _busy) in took.items()}


def _charts(store: Store) -> dict[str, Callable[[], BarChart]]:
    def orders(days: PeriodSums) -> list[OrderSum]:
        return Order.sums(store.id, days.begins)

    return {
        "orders": lambda: orders_chart(store, days := daily_sums(store, ZONE), orders(days)),
        "sales": lambda: sales_chart(store, days := daily_sums(store, ZONE), orders(days)),
        "lag_by_hour": lambda: lag_chart(hourly_sums(store, ZONE), is_hourly=True),
        "lag_by_day": lambda: lag_chart(daily_sums(store, ZONE), is_hourly=False),
        "events_by_hour": lambda: events_chart(hourly_sums(store, ZONE), is_hourly=True),
        "events_by_day": lambda: events_chart(daily_sums(store, ZONE), is_hourly=False),
        "calls": lambda: calls_chart(hourly_sums(store, ZONE), 36_000),
        "runs": lambda: runs_chart(latest_runs(store)),
    }


def _timed(
    make: Callable[[], BarChart],
    draw: Callable[[BarChart, str], str],
) -> tuple[list[float], list[float]]:
    """Return the time and the processor time of each round, in ms.

    Other programs make the time longer, but not the processor time. PostgreSQL's isn't part of it.
    """
    took, busy = [], []
    for _ in range(ROUNDS):
        begin, busy_before = time.perf_counter(), time.process_time()
        chart = make()
        draw(chart, "")
        took.append(1000 * (time.perf_counter() - begin))
        busy.append(1000 * (time.process_time() - busy_before))
        if chart.is_empty:
            raise LookupError("the chart has no values")
    return took, busy


def _fill(database: Database) -> None:
    now = utc_now()
    values = {"store": STORE_ID, "at": f"'{now}'", "begun": f"'{now - MINUTE}'"}
    hour = f"{hour_of(now)} - n"
    for statement, count in ((_EVENT_ROWS, EVENTS), (_RUN_ROWS, RUNS)):
        _run(database, statement.format(numbers=_numbers(database, count), **values))
    for kind, outcomes in OUTCOMES.items():
        for outcome in outcomes:
            numbers = _numbers(database, HOURS)
            more = {"kind": kind, "outcome": outcome, "hour": hour, "numbers": numbers}
            _run(database, _COUNT_ROWS.format(**more, **values))
    for day in range(DAYS):
        placed_at = now - timedelta(days=day)
        numbers = range(day * ORDERS_PER_DAY + 1, (day + 1) * ORDERS_PER_DAY + 1)
        ORDERS.save(STORE_ID, [_order(number, placed_at) for number in numbers], now)
    if is_postgresql(database):
        # Autovacuum would do this about a minute after so many inserts.
        database.execute_sql("VACUUM ANALYZE").close()


def _order(number: int, placed_at: datetime) -> dict[str, Any]:
    return order_payload(
        id=f"B{number}",
        internalId=10**9 + number,
        createDate=placed_at.strftime("%Y-%m-%d %H:%M:%S +0000"),
        createTimestamp=int(placed_at.timestamp()),
    )


def _numbers(database: Database, count: int) -> str:
    if is_postgresql(database):
        return f"generate_series(0, {count - 1}) AS number(n)"
    return (
        "(WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number "
        f"WHERE n < {count - 1}) SELECT n FROM number)"
    )


def _run(database: Database, statement: str) -> None:
    database.execute_sql(
        statement.replace("%", "%%") if is_postgresql(database) else statement
    ).close()


if __name__ == "__main__":
    main()
