"""Several daemons share the work of many stores without repeating or blocking it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from redis import Redis

from daemon.queue_worker import make_worker
from portal.config import Settings
from portal.jobs import RUN_SYNC
from portal.models import Product, Resource, RunKind, RunState, SyncRun
from portal.sandbox.server import SandboxServer
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime, open_runtime
from portal.services.sync import engine
from tests.daemon.processes import Daemon, running, wait_until
from tests.shop import Shop, mirrored, open_shop

TAKE_OVER_S = 90
PRODUCTS = 3_000


class TestTwoDaemons:
    """Two daemons on one PostgreSQL database and one Redis."""

    @pytest.fixture
    def settings(
        self, settings: Settings, postgresql_database_url: str, valkey_url: str
    ) -> Settings:
        return replace(settings, database_url=postgresql_database_url, redis_url=valkey_url)

    @pytest.fixture
    def runtime(self, settings: Settings) -> Iterator[Runtime]:
        opened = open_runtime(settings)
        with opened.database.connection_context():
            yield opened
        opened.database.close_all()
        opened.redis.close()
        opened.http.close()

    @pytest.mark.promise(1)
    @pytest.mark.usefixtures("redis")
    def test_one_daemon_takes_over_from_a_killed_one_without_repeating_runs(
        self, runtime: Runtime, settings: Settings, sandbox: SandboxServer, tmp_path: Path
    ) -> None:
        shops = [open_shop(runtime, sandbox, products=PRODUCTS) for _ in range(2)]
        sandbox.parts.switches.set("latency_ms", "150")
        shared = {"REDIS_URL": settings.redis_url}
        with (
            running(settings, tmp_path, **shared) as doomed,
            running(settings, tmp_path, **shared) as other,
        ):
            for shop in shops:
                for run in start_all_runs(shop.store_id):
                    runtime.wake(RUN_SYNC, run.id)
            wait_until(lambda: all(run.seen > 300 for run in product_runs()), "both runs to go on")
            assert not any(run.is_finished for run in product_runs())
            kill_all(doomed)
            killed_s = time.monotonic()

            wait_until(all_ended, "the other daemon to finish", TAKE_OVER_S)

            assert time.monotonic() - killed_s < TAKE_OVER_S
            assert all(mirrored(shop.store_id) == shop.versions() for shop in shops)
            assert not held_by_both(doomed, other)
        assert len(copies()) == len(shops) * len(Resource)
        assert Product.select().count() == len(shops) * PRODUCTS
        assert [run.seen for run in product_runs()] == [PRODUCTS] * len(shops)


def copies() -> list[SyncRun]:
    """Return the current backfills; polling may have started other runs."""
    return list(SyncRun.select().where(SyncRun.kind == RunKind.BACKFILL))


def product_runs() -> list[SyncRun]:
    """Return the current backfills of products."""
    return [run for run in copies() if run.resource == Resource.PRODUCTS]


def all_ended() -> bool:
    """Return whether every backfill is done."""
    return all(run.state == RunState.DONE for run in copies())


def kill_all(daemon: Daemon) -> None:
    """Kill the daemon with all its processes at once, like a power failure."""
    family = daemon.children()
    daemon.kill()
    for child in family:
        child.kill()
    psutil.wait_procs(family, timeout=10)


def held_by_both(*daemons: Daemon) -> set[str]:
    """Return the runs that both daemons report as finished."""
    one, other = (set(re.findall(r"run\.done.*? run=(\d+)", d.text())) for d in daemons)
    return one & other


@pytest.mark.usefixtures("jobs_runtime")
def test_large_store_does_not_block_a_small_one(
    runtime: Runtime, sandbox: SandboxServer, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "TIME_SLICE_S", 0.3)
    monkeypatch.setattr(engine, "GRACE_S", 0.0)
    large = open_shop(runtime, sandbox, products=4_000)
    small = open_shop(runtime, sandbox, products=10)
    for shop in (large, small):
        for run in reversed(start_all_runs(shop.store_id)):
            runtime.wake(RUN_SYNC, run.id, at_front=True)

    make_worker("sync", redis).work(burst=True, logging_level="WARNING")

    def ended(shop: Shop) -> SyncRun:
        runs = SyncRun.select().where(SyncRun.store == shop.store_id)
        last: SyncRun = max(runs, key=lambda run: run.finished_at)
        return last

    assert ended(small).finished_at < ended(large).finished_at
    assert mirrored(large.store_id) == large.versions()
    assert mirrored(small.store_id) == small.versions()
