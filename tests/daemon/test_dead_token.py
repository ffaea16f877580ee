"""A token that dies in the middle of everything is refused to the daemon a handful of times."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.sync.read_ahead import FETCHERS
from portal.config import Settings
from portal.models import Resource, Store, StoreState, SyncRun, utc_now
from portal.sandbox.server import SandboxServer
from portal.services.runs.sync_runs import start_catch_up
from portal.services.runtime import Runtime, open_runtime
from tests.daemon.conftest import open_shop, store_of
from tests.daemon.processes import running, wait_until

# Who can have a call under way at once: two sync workers' fetchers, the events' two readers, the
# probe. What they sent before the first refusal came can't be taken back.
UNDER_WAY = 2 * FETCHERS + 2 + 1
CONFIRMATION = 1


@pytest.fixture
def settings(settings: Settings, short_folder: Path, migrated_sqlite: Path) -> Settings:
    """Settings of a daemon with a folder, a database and a queue server of its own."""
    folder = short_folder / f"t{time.monotonic_ns()}"
    folder.mkdir()
    (folder / "portal.db").write_bytes(migrated_sqlite.read_bytes())
    return replace(
        settings, database_url=f"sqlite:///{folder}/portal.db", redis_url="", state_dir=folder
    )


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    """This test's own view of the daemon's database and queue server."""
    opened = open_runtime(settings)
    with opened.database.connection_context():
        yield opened
    opened.database.close_all()
    opened.redis.close()
    opened.http.close()


@pytest.mark.promise(6)
def test_in_the_middle_of_a_copy_with_events_and_a_probe_due(
    runtime: Runtime, sandbox: SandboxServer, settings: Settings, tmp_path: Path
) -> None:
    shop = open_shop(runtime, sandbox, products=2_000)
    sandbox.parts.switches.turn("latency_ms", "30")
    start_catch_up(shop.store_id)
    with running(settings, tmp_path) as daemon:
        wait_until(lambda: products_seen() > 300, "the copy to get going")
        for product_id in shop.product_ids()[:20]:
            shop.event(product_id)
        Store.update(probe_due_at=utc_now()).execute()

        sandbox.parts.stores.uninstall(shop.store_id)

        wait_until(lambda: not store_of(shop).is_working, "the store to be stopped")
        assert store_of(shop).state == StoreState.RECONNECT
        # Whatever was under way ends before the daemon does.
        daemon.stop()
    assert daemon.text().count("store.stopped") == 1
    assert 2 <= refused(sandbox) <= UNDER_WAY + CONFIRMATION


def products_seen() -> int:
    """Return how many products were read so far."""
    return int(SyncRun.get(SyncRun.resource == Resource.PRODUCTS).seen)


def refused(sandbox: SandboxServer) -> int:
    """Return how many calls with a dead token came to the sandbox."""
    return sum(sandbox.parts.access.dead_calls.values())
