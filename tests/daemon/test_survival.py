"""A backfill ends complete, with the store's own counts and times, whatever is killed."""

from __future__ import annotations

import fcntl
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from redis import Redis

from portal.config import Settings
from portal.models import (
    Category,
    EventState,
    EventTerm,
    Lease,
    Product,
    Resource,
    StoreDataErasure,
    StoreState,
    SyncRun,
    SyncState,
    WebhookEvent,
    utc_now,
)
from portal.sandbox.server import SandboxServer
from portal.services.connection.erase_store_data import request_erasure
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from tests.daemon.processes import Daemon, running, wait_until
from tests.factories import make_store
from tests.shop import Shop, mirrored, open_shop

PRODUCTS = 3_000
pytestmark = pytest.mark.promise(1)


@pytest.fixture
def shop(own_runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A store of 3,000 products with responses slow enough to interrupt a run."""
    shop = open_shop(own_runtime, sandbox, products=PRODUCTS)
    sandbox.parts.switches.set("latency_ms", "60")
    start_all_runs(shop.store_id)
    return shop


def products_run() -> SyncRun:
    """Return the current run of the products."""
    found: SyncRun = SyncRun.get(SyncRun.resource == Resource.PRODUCTS)
    return found


def wait_for_the_middle() -> int:
    """Wait until the run is well under way; return the number of products read."""
    wait_until(lambda: products_run().seen > 300, "the run to get going")
    seen = products_run().seen
    assert seen < PRODUCTS, "the run was over before it could be interrupted"
    return seen


def assert_complete(shop: Shop) -> None:
    """Wait for the end, then compare mirror and store record by record."""
    wait_until(lambda: all(run.finished_at for run in SyncRun.select()), "all runs to end", 60)
    assert mirrored(shop.store_id) == shop.versions()
    assert Product.select().count() == PRODUCTS
    assert products_run().seen == PRODUCTS
    assert SyncRun.select().where(SyncRun.resource == Resource.PRODUCTS).count() == 1
    theirs = shop.server.parts.categories.all(shop.store_id)
    assert Category.select().count() == len(theirs)
    assert SyncState.select().where(SyncState.last_success_at.is_null()).count() == 0


def let_leases_lapse() -> None:
    """Expire all leases, instead of waiting half a minute for those of dead workers."""
    Lease.update(expires_at=utc_now()).execute()


def sync_workers(daemon: Daemon) -> list[int]:
    """Return the processes that may hold the run's lease."""
    return [child.pid for child in daemon.children("worker.sync")]


def test_backfill_survives_a_killed_worker(
    shop: Shop, own_settings: Settings, tmp_path: Path
) -> None:
    with running(own_settings, tmp_path) as daemon:
        seen = wait_for_the_middle()
        victims = daemon.children("worker.sync")
        for child in victims:
            child.send_signal(signal.SIGKILL)
        daemon.wait_for("how=SIGKILL", times=len(victims))
        let_leases_lapse()

        assert products_run().seen >= seen
        assert_complete(shop)


def test_backfill_survives_a_killed_daemon(
    shop: Shop, own_settings: Settings, tmp_path: Path
) -> None:
    with running(own_settings, tmp_path) as daemon:
        seen = wait_for_the_middle()
        family = daemon.children()
        daemon.kill()
        for child in family:
            if child.is_running():
                child.kill()

    assert products_run().seen >= seen
    let_leases_lapse()
    with running(own_settings, tmp_path):
        assert_complete(shop)


def freeze_between_writes(worker: psutil.Process, folder: Path) -> None:
    """Stop a process while it holds neither the write lock nor SQLite's."""
    with closing(sqlite3.connect(folder / "portal.db", timeout=0)) as database:

        def is_frozen() -> bool:
            worker.suspend()
            with (folder / "portal.db.turn").open() as lock, suppress(OSError, sqlite3.Error):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                database.execute("BEGIN IMMEDIATE")
                database.rollback()
                return True
            worker.resume()
            return False

        wait_until(is_frozen, "a moment without a write")


def test_frozen_worker_writes_nothing_after_another_one_took_over(
    shop: Shop, own_runtime: Runtime, own_settings: Settings, tmp_path: Path
) -> None:
    def is_read_by_us() -> bool:
        # While the store looks silent, the run is postponed.
        SyncRun.update(due_at=utc_now()).where(SyncRun.resource == Resource.PRODUCTS).execute()
        process_run(own_runtime, products_run().id)
        return products_run().is_finished

    with running(own_settings, tmp_path) as daemon:
        wait_for_the_middle()
        (worker,) = daemon.children("worker.sync")
        freeze_between_writes(worker, own_settings.data_dir)
        let_leases_lapse()

        wait_until(is_read_by_us, "the other worker", 90)
        assert products_run().seen == PRODUCTS
        worker.resume()
        daemon.wait_for("lease.lost")

        assert_complete(shop)


def test_backfill_survives_a_flushed_redis(
    shop: Shop, own_settings: Settings, tmp_path: Path
) -> None:
    with (
        running(own_settings, tmp_path) as daemon,
        Redis.from_url(own_settings.effective_redis_url) as redis,
    ):
        wait_for_the_middle()
        redis.flushall()

        assert_complete(shop)
        assert sync_workers(daemon)


def test_backfill_continues_after_a_stop_and_a_start(
    shop: Shop, own_settings: Settings, tmp_path: Path
) -> None:
    with running(own_settings, tmp_path) as daemon:
        seen = wait_for_the_middle()
        assert daemon.stop() == 0

    shop.forget_calls()
    with running(own_settings, tmp_path):
        assert_complete(shop)
    assert shop.calls("/products") <= (PRODUCTS - seen) // 100 + 4


def test_erasure_survives_a_killed_worker(
    own_runtime: Runtime, own_settings: Settings, tmp_path: Path
) -> None:
    store = make_store(state=StoreState.DISCONNECTED)
    with own_runtime.database.atomic():
        own_runtime.database.execute_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
            " INSERT INTO event_term (store_id, term, event_id) SELECT 1003, 'word', i FROM n"
        )
        request_erasure(store.id)
    with running(own_settings, tmp_path) as daemon:
        wait_until(lambda: StoreDataErasure.get().erased_rows > 1_000, "the erasure to get going")
        for child in daemon.children("worker.other"):
            child.send_signal(signal.SIGKILL)
        daemon.wait_for("how=SIGKILL")
        before = StoreDataErasure.get().erased_rows
        # Simulates the expiry of the lease.
        Lease.delete().where(Lease.name == "erase:1003").execute()

        wait_until(lambda: StoreDataErasure.get().finished_at, "the erasure to end", 90)

    erasure = StoreDataErasure.get()
    # The schedule may have written bookkeeping of the store, which is erased and counted, too.
    assert before < erasure.erased["EventTerm"] == 60_000
    assert not EventTerm.select().exists()


def test_backlog_of_many_stores_survives_a_killed_worker_and_a_flushed_redis(
    own_runtime: Runtime, sandbox: SandboxServer, own_settings: Settings, tmp_path: Path
) -> None:
    shops = [open_shop(own_runtime, sandbox, products=2) for _ in range(16)]
    events = [shop.event(product_id) for shop in shops for product_id in shop.product_ids()]
    applied = WebhookEvent.select().where(WebhookEvent.state == EventState.APPLIED)
    sandbox.parts.switches.set("latency_ms", "300")
    with (
        running(own_settings, tmp_path, EVENT_THREADS="4") as daemon,
        Redis.from_url(own_settings.effective_redis_url) as redis,
    ):
        wait_until(applied.count, "the first events")
        (worker,) = daemon.children("worker.events")
        worker.kill()
        redis.flushall()
        assert applied.count() < len(events), "all was over before the kill"
        daemon.wait_for("how=SIGKILL")
        let_leases_lapse()

        wait_until(lambda: applied.count() == len(events), "all events")

    assert {event.attempts for event in WebhookEvent.select()} == {1}
    assert all(mirrored(shop.store_id) == shop.versions() for shop in shops)
