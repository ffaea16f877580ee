"""Effect of single stores on all others: a storm of events, an API that hangs, and a long import.

One daemon keeps 200 stores in sync. Without and with each disturbance, the lateness of the other
stores' events and polls is measured; each is also stated as a ratio to the undisturbed period of
the same run, because the speed of a shared machine varies.

An import reads at most 1,000 records a second, by Ecwid's quota. The period with the import is
shorter than the import, so that a larger store would make no difference.
"""

from __future__ import annotations

import argparse
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests

from benchmarks.event_feeder import EVENT_TYPE, Feeder, event_waits_s, p50_p99
from benchmarks.gauges import Polls
from benchmarks.many_stores import POSTGRESQL, SQLITE, seedable_stores
from benchmarks.mirroring import Backend, Ecwid, another_store, running_daemon
from benchmarks.report import figure, table
from benchmarks.seeded_stores import Shops, seed
from portal.jobs import RUN_SYNC
from portal.models import IS_PENDING, EventState, Grant, Store, SyncRun, WebhookEvent, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, insert_rows
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.services.runs.sync_runs import start_all_runs

HANGING = 20
HANG_S = 25
HANGING_EVENTS_PER_S = 2.0
STORM_EVENTS = 10_000
SETTLE_S = 15.0
LOOK_EVERY_S = 3.0
LATE_S = 5.0
RECOVERY_LIMIT_S = 90.0
Waits = tuple[float, float]


@dataclass(frozen=True)
class Period:
    """Lateness of the undisturbed stores in one period."""

    name: str
    event_s: Waits
    poll_lag_s: Waits
    polls_done_share: float

    def polls_done_times(self, base: Period) -> float:
        """Return the share of polls that were made, as a multiple of that of another period."""
        return self.polls_done_share / max(base.polls_done_share, 0.01)

    def row(self, base: Period) -> list[object]:
        """Return the cells of the table."""
        return [
            self.name,
            *(f"{value:.2f}" for value in self.event_s),
            f"{self.event_s[1] / base.event_s[1]:.2f}",
            *(f"{value:.0f}" for value in self.poll_lag_s),
            f"{self.polls_done_share:.2f}",
            f"{self.polls_done_times(base):.2f}",
        ]


@dataclass(frozen=True)
class Bench:
    """A running daemon with many stores, and the store that disturbs the others."""

    below: Backend
    made: Shops
    large: Ecwid
    hanging: list[int]
    others: list[int]
    seconds: float

    def period(self, name: str, disturb: Callable[[], None] = lambda: None) -> Period:
        """Start a disturbance, and measure the other stores for the given time."""
        polls = Polls(frozenset(self.others))
        polls.look(counts=False)
        polls.start_window()
        since, begun_s = utc_now(), time.monotonic()
        disturb()
        while (left_s := begun_s + self.seconds - time.monotonic()) > 0:
            time.sleep(min(LOOK_EVERY_S, left_s))
            polls.look()
        waits = event_waits_s(since, utc_now(), self.others)
        return Period(name, p50_p99(waits), p50_p99(polls.lags_s), polls.done_share)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all periods, and print the table and the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fairness", description=__doc__)
    parser.add_argument("--stores", type=int, default=200)
    parser.add_argument("--latency", type=int, default=150, help="milliseconds a call")
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--seconds", type=float, default=40.0, help="duration of each period")
    parser.add_argument("--events", type=float, default=20.0, help="events per second in all")
    parser.add_argument("--products", type=int, default=60_000, help="products of the large store")
    given = parser.parse_args(arguments)
    base, storm, hanging, importing = _measure(given)
    table(
        f"{given.stores:,} stores, {given.latency} ms a call, {given.events:g} events a second: "
        f"events and polls of the undisturbed stores",
        [
            "period",
            "event to row p50, s",
            "p99, s",
            "times alone",
            "polls late p50, s",
            "p99, s",
            "of due polls",
            "times alone",
        ],
        [period.row(base) for period in (base, storm, hanging, importing)],
    )
    figure("event_p99_s_beside_storm", storm.event_s[1], "s", "<= 3")
    figure("event_p99_s_beside_hanging_stores", hanging.event_s[1], "s", "<= 3")
    figure("event_p99_s_beside_import", importing.event_s[1], "s", "<= 3")
    for name, period in (("hanging_stores", hanging), ("import", importing)):
        times = period.polls_done_times(base)
        figure(f"polls_done_beside_{name}", times, "times alone", ">= 0.95")


def _measure(given: argparse.Namespace) -> list[Period]:
    with seedable_stores(given.stores, given.database) as (folder, made, below, _):
        logs = folder / "daemon"
        logs.mkdir()
        large = another_store(made.sandbox, products=given.products)
        seed(below, made, folder / "d")
        made.sandbox.turn(latency_ms=str(given.latency))
        # The highest ids, because the list of hanging stores is a range.
        hanging, others = made.ids[-HANGING:], made.ids[:-HANGING]
        bench = Bench(below, made, large, hanging, others, given.seconds)
        with (
            running_daemon(below.environ, logs),
            Feeder(below.runtime, made, others, given.events),
            below.runtime.database.connection_context(),
        ):
            _connect(below, large)
            time.sleep(SETTLE_S)
            return _periods(bench)


def _periods(bench: Bench) -> list[Period]:
    base = bench.period("alone")
    storm = bench.period(f"{STORM_EVENTS:,} events in one store", lambda: _storm(bench))
    first, last = bench.hanging[0], bench.hanging[-1]
    bench.made.sandbox.turn(hanging_stores=f"{first}-{last}", hang_s=str(HANG_S))
    with Feeder(bench.below.runtime, bench.made, bench.hanging, HANGING_EVENTS_PER_S):
        hanging = bench.period(f"{HANGING} stores hang for {HANG_S} s a call")
    bench.made.sandbox.turn(hanging_stores="none")
    _recover()
    return [base, storm, hanging, bench.period("a large import", lambda: _import(bench))]


def _recover() -> None:
    """Wait until hanging calls have ended and no event is late, within a limited time."""
    deadline = time.monotonic() + RECOVERY_LIMIT_S
    # A call that hangs already is not ended by the switch.
    time.sleep(HANG_S)
    while time.monotonic() < deadline:
        late = WebhookEvent.select().where(
            IS_PENDING, WebhookEvent.received_at < utc_now() - timedelta(seconds=LATE_S)
        )
        if not late.exists():
            return
        time.sleep(LOOK_EVERY_S)


def _connect(below: Backend, large: Ecwid) -> None:
    Store.create(id=large.store_id, name="Large", webhook_check_due_at=None)
    sealed = below.runtime.sealer.seal(large.token, "grant.sealed_access_token", large.store_id)
    Grant.create(store=large.store_id, sealed_access_token=sealed, scopes=list(REQUIRED_NAMES))


def _storm(bench: Bench) -> None:
    """Insert the events of the large store, each of another product."""
    url = f"{bench.large.url}/_sandbox/api/stores/{bench.large.store_id}/snapshot"
    products = requests.get(url, timeout=120).json()["products"]
    rows = [_event_row(bench, product["id"], utc_now()) for product in products[:STORM_EVENTS]]
    for part in chunked(rows, ROWS_PER_STATEMENT):
        insert_rows(WebhookEvent, part)
    bench.below.runtime.drain_waker.wake(bench.large.store_id)


def _event_row(bench: Bench, product_id: int, now: datetime) -> dict[str, object]:
    return {
        "event_id": str(uuid.uuid4()),
        "store_id": bench.large.store_id,
        "type": EVENT_TYPE,
        "entity_id": str(product_id),
        "event_created_at": now,
        "received_at": now,
        "due_at": now,
        "payload": {"entityId": product_id, "eventType": EVENT_TYPE},
        "state": EventState.PENDING,
        "attempts": 0,
    }


def _import(bench: Bench) -> None:
    runs: list[SyncRun] = start_all_runs(bench.large.store_id)
    for run in runs:
        bench.below.runtime.wake(RUN_SYNC, run.id)


if __name__ == "__main__":
    main()
