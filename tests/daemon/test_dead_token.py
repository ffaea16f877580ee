"""The daemon uses a token that dies during work twice, or once for each call in flight."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import Settings
from portal.models import Resource, Store, StoreState, SyncRun, utc_now
from portal.sandbox.server import SandboxServer
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime
from tests.daemon.processes import running, wait_until
from tests.shop import open_shop, store_of

# The refused call, the profile that confirms it, and the calls that were in flight: those of a long
# list start 75 ms apart, and take up to 300 ms here on a busy machine.
MOST_REFUSED = 5


@pytest.mark.promise(6)
@pytest.mark.parametrize("latency_ms", [30, 80])
def test_token_dies_during_a_backfill_with_events_and_a_due_check(
    own_runtime: Runtime,
    sandbox: SandboxServer,
    own_settings: Settings,
    tmp_path: Path,
    latency_ms: int,
) -> None:
    shop = open_shop(own_runtime, sandbox, products=2_000)
    sandbox.parts.switches.set("latency_ms", str(latency_ms))
    start_all_runs(shop.store_id)
    with running(own_settings, tmp_path) as daemon:
        wait_until(lambda: products_seen() > 300, "the copy to get going")
        for product_id in shop.product_ids()[:20]:
            shop.event(product_id)
        Store.update(probe_due_at=utc_now()).execute()

        sandbox.parts.stores.uninstall(shop.store_id)

        wait_until(lambda: not store_of(shop).is_working, "the store to be stopped")
        assert store_of(shop).state == StoreState.RECONNECT
        # All current work ends before the daemon stops.
        daemon.stop()
    assert daemon.text().count("store.stopped") == 1
    assert 2 <= refused(sandbox) <= MOST_REFUSED


def products_seen() -> int:
    """Return the number of products read so far."""
    return int(SyncRun.get(SyncRun.resource == Resource.PRODUCTS).seen)


def refused(sandbox: SandboxServer) -> int:
    """Return the number of calls with a dead token that reached the sandbox."""
    return sum(sandbox.parts.access.dead_token_counts.values())
