"""Cost of the sweeps that look at every store, with 5,000 stores of which few need something.

Each sweep runs several times on both databases, and so does a poll of a quiet store. Processor time
is that of this process; SQLite's work is part of it, PostgreSQL's is not.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks.mirroring import Ecwid, ecwid, postgresql
from benchmarks.report import figure, table
from benchmarks.web_server import valkey
from portal.config import Settings
from portal.models import SYNC_ORDER, Grant, Store, SyncState, WebhookHealth, database, utc_now
from portal.models.bulk import chunked
from portal.models.migrations import migrate
from portal.process import wait_for_stop
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.sync.poll_decision import OVERLAP
from portal.sealing import new_key
from portal.services.connection.webhook_liveness import update_webhook_health
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.runs.catch_ups import close_catch_ups
from portal.services.runs.due_polls import wake_due_polls
from portal.services.runs.start_reconciliations import start_due_reconciliations
from portal.services.runs.sync_runs import wake_waiting_runs
from portal.services.runtime import Runtime, open_runtime
from portal.services.sync.freshness_history import record_freshness
from portal.services.sync.poll_store import poll_store

STORES = 5_000
# No store of the sandbox has such an id.
FIRST_ID = 1_000_000
ROUNDS = 7
POLLS = 50
SWEEPS: tuple[Callable[[Runtime], int], ...] = (
    wake_due_polls,
    wake_waiting_runs,
    record_freshness,
    update_webhook_health,
    update_counted_issues,
    start_due_reconciliations,
    close_catch_ups,
)


def main() -> None:
    """Print a table for each database."""
    slowest, polls = [], []
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        with (
            valkey(folder / "v.sock") as redis_url,
            postgresql(folder / "pg") as postgresql_url,
            ecwid(products=10) as shop,
        ):
            # The store was just made; after this time, none of its resources counts as changed.
            wait_for_stop(OVERLAP.total_seconds() + 5)
            databases = {
                "SQLite": f"sqlite:///{folder / 'portal.db'}",
                "PostgreSQL": postgresql_url,
            }
            for name, url in databases.items():
                slowest.append(_measured(name, url, redis_url))
                polls.append(_poll_ms(shop, url, redis_url))
    figure("quiet_poll_processor_ms", max(polls), "ms", "10")
    figure("slowest_sweep_ms_5000_stores", max(slowest), "ms", "100")


def _measured(name: str, url: str, redis_url: str) -> float:
    """Print the table of one database; return the slowest median in processor ms."""
    runtime = open_runtime(Settings("x", (new_key(),), database_url=url, redis_url=redis_url))
    migrate(runtime.database)
    with runtime.database.connection_context():
        _fill()
        rows = [_row(runtime, sweep) for sweep in SWEEPS]
    runtime.database.close_all()
    head = ("sweep", "count", "wall ms", "longest wall ms", "processor ms")
    table(f"Sweeps with {STORES:,} stores on {name}", head, rows)
    return max(float(row[4]) for row in rows)


def _row(runtime: Runtime, sweep: Callable[[Runtime], int]) -> list[str]:
    walls, processors, counts = [], [], []
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        counts.append(sweep(runtime))
        walls.append(1000 * (time.perf_counter() - wall))
        processors.append(1000 * (time.process_time() - processor))
    times = (median(walls), max(walls), median(processors))
    return [sweep.__name__, str(max(counts)), *(f"{ms:.1f}" for ms in times)]


def _poll_ms(shop: Ecwid, url: str, redis_url: str) -> float:
    """Return the median processor time of a poll of a quiet store, with its call, in ms."""
    times = []
    settings = Settings(
        "x", (new_key(),), database_url=url, redis_url=redis_url, ecwid_api_url=shop.api_url
    )
    runtime = open_runtime(settings)
    with runtime.database.connection_context():
        store = Store.create(id=shop.store_id, name="Quiet")
        sealed = runtime.sealer.seal(shop.token, "grant.sealed_access_token", store.id)
        Grant.create(store=store, sealed_access_token=sealed, scopes=list(REQUIRED_NAMES))
        for resource in SYNC_ORDER:
            SyncState.create(store=store, resource=resource, high_water_at=utc_now())
        for _ in range(POLLS):
            SyncState.update(next_due_at=utc_now()).where(SyncState.store == store).execute()
            began = time.process_time()
            poll_store(runtime, shop.store_id)
            times.append(1000 * (time.process_time() - began))
        if SyncState.get(SyncState.store == store).unchanged_checks != POLLS:
            raise RuntimeError("the store was not quiet")
    runtime.database.close_all()
    return median(times)


def _fill() -> None:
    """Save quiet stores with verified webhooks; a tenth of them is due."""
    now = utc_now()
    hour_ago = now - timedelta(hours=1)
    stores = [
        {
            "id": number,
            "name": f"Store {number}",
            "webhook_health": WebhookHealth.VERIFIED,
            "webhook_registered_at": hour_ago,
            "last_event_at": now - timedelta(minutes=10),
        }
        for number in range(FIRST_ID, FIRST_ID + STORES)
    ]
    states = [
        {
            "store": number,
            "resource": resource,
            "high_water_at": now,
            "last_success_at": now,
            "next_due_at": now + timedelta(minutes=number % 10),
            "next_reconciliation_at": now + timedelta(hours=9),
            "remote_changed_at": hour_ago,
            "remote_checked_at": now,
            "check_interval_s": 600,
        }
        for number in range(FIRST_ID, FIRST_ID + STORES)
        for resource in SYNC_ORDER
    ]
    with database.atomic():
        for batch in chunked(stores, 500):
            Store.insert_many(batch).execute()
        for batch in chunked(states, 500):
            SyncState.insert_many(batch).execute()


if __name__ == "__main__":
    main()
