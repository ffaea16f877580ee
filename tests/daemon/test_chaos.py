"""After any number of simultaneous failures, the mirror equals the store.

Set `CHAOS_S` in the environment to make the storm longer than in a normal test run.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest
from werkzeug.serving import make_server

from daemon.valkey import server_command
from portal.config import Settings
from portal.jobs import RUN_SYNC
from portal.models import (
    Category,
    Coupon,
    Customer,
    EventState,
    MirrorTable,
    Order,
    Product,
    SyncRun,
    WebhookEvent,
)
from portal.sandbox.actions import ACTION_GROUPS, run_action
from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime, open_runtime
from portal.web.app import create_app
from tests.conftest import CLIENT_ID, CLIENT_SECRET, wait_for_redis
from tests.daemon.processes import Daemon, running, wait_until
from tests.shop import Shop, open_shop

STORM_S = float(os.environ.get("CHAOS_S", "18"))
KILL_EVERY_S = 6.0
CHANGE_EVERY_S = 0.15
QUIET_S = 120.0
STORM = {
    "error_rate": "0.05",
    "timeout_rate": "0.05",
    "truncated_rate": "0.01",
    "throttle_rate": "0.05",
    "latency_ms": "20",
}
COUNTS = {"products": 700, "orders": 300, "customers": 150, "coupons": 30}
TABLES: dict[str, tuple[type[MirrorTable], str]] = {
    "/products": (Product, "id"),
    "/orders": (Order, "internalId"),
    "/customers": (Customer, "id"),
    "/discount_coupons": (Coupon, "id"),
    "/categories": (Category, "id"),
}
ACTION_NAMES = [
    action.name
    for group in ("Store owner", "Shoppers and orders")
    for action in ACTION_GROUPS[group]
    # The portal erases the customer, but the store keeps it: this difference is intended.
    if action.name != "request-data-removal"
]


class QueueServer:
    """Valkey server that can be killed and restarted."""

    def __init__(self, folder: Path) -> None:
        self._command = server_command(folder / "v.sock")
        self.url = f"unix://{folder}/v.sock"
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_for_redis(self.url)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)


@pytest.fixture
def queue_server(short_folder: Path) -> Iterator[QueueServer]:
    folder = short_folder / f"c{time.monotonic_ns()}"
    folder.mkdir()
    server = QueueServer(folder)
    yield server
    server.kill()


@pytest.fixture
def portal_port() -> int:
    """The port at which the portal will receive webhooks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def sandbox(tmp_path: Path, portal_port: int) -> Iterator[SandboxServer]:
    """A sandbox that sends a webhook to the portal for every change."""
    config = SandboxConfig(
        state=tmp_path / "sandbox.db",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri="http://127.0.0.1:8000/connect/callback",
        webhook_url=f"http://127.0.0.1:{portal_port}/webhooks/ecwid",
    )
    with SandboxServer(config) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, queue_server: QueueServer) -> Settings:
    return replace(settings, redis_url=queue_server.url)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    """The test's own connection to the daemon's database and Valkey server."""
    opened = open_runtime(settings)
    with opened.database.connection_context():
        yield opened
    opened.database.close_all()
    opened.redis.close()
    opened.http.close()


@pytest.fixture
def portal(settings: Settings, runtime: Runtime, portal_port: int) -> Iterator[None]:
    """The portal that receives the store's webhooks."""
    server = make_server("127.0.0.1", portal_port, create_app(runtime), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join(10)
    server.server_close()
    runtime.finish()


@pytest.mark.promise(1)
@pytest.mark.usefixtures("portal")
def test_mirror_equals_the_store_after_a_storm(
    runtime: Runtime,
    settings: Settings,
    sandbox: SandboxServer,
    queue_server: QueueServer,
    tmp_path: Path,
) -> None:
    shop = open_shop(runtime, sandbox, **COUNTS)
    with running(settings, tmp_path, REDIS_URL=queue_server.url) as daemon:
        compare_now(shop)
        sandbox.parts.switches.set_all(STORM)
        changes = storm(shop, daemon, queue_server)
        sandbox.parts.switches.set_all(dict.fromkeys(STORM, "0"))

        wait_until(lambda: is_mirrored(shop), "the mirror to be the store", QUIET_S)

    assert WebhookEvent.select().where(WebhookEvent.state == EventState.APPLIED).exists()
    assert not WebhookEvent.select().where(WebhookEvent.state == EventState.DEAD).exists()
    assert changes > STORM_S
    assert daemon.text().count("how=SIGKILL") >= STORM_S // KILL_EVERY_S
    assert not SyncRun.select().where(SyncRun.quarantined > 0).exists()


def compare_now(shop: Shop) -> None:
    """Start a run of every resource, like a click on the sync page."""
    for run in start_all_runs(shop.store_id):
        shop.runtime.wake(RUN_SYNC, run.id)


def storm(shop: Shop, daemon: Daemon, queue_server: QueueServer) -> int:
    """Change records, kill workers and restart Valkey; return the number of changes."""
    chance = Random(7)
    over = threading.Event()
    done = [0]

    def live() -> None:
        while not over.wait(CHANGE_EVERY_S):
            with suppress(LookupError):
                run_action(shop.server.parts, shop.store_id, chance.choice(ACTION_NAMES))
                done[0] += 1

    life = threading.Thread(target=live)
    life.start()
    until_s = time.monotonic() + STORM_S
    number = 0
    while time.monotonic() < until_s:
        time.sleep(KILL_EVERY_S / 2)
        number += 1
        if number % 2:
            for worker in daemon.children("worker.sync"):
                with suppress(psutil.Error):
                    worker.kill()
        elif number % 4:
            queue_server.kill()
            # Many 429s while the processes can't share their rate limiter.
            shop.server.parts.switches.set_all({"throttle_rate": "0.5"})
            time.sleep(2)
            queue_server.start()
            shop.server.parts.switches.set_all({"throttle_rate": STORM["throttle_rate"]})
        compare_now(shop)
    over.set()
    life.join()
    return done[0]


def is_mirrored(shop: Shop) -> bool:
    """Return whether every mirrored record equals the store's; starts no run itself."""
    time.sleep(1)
    return all(theirs(shop, path, key) == ours(table) for path, (table, key) in TABLES.items())


def theirs(shop: Shop, path: str, key: str) -> dict[int, Any]:
    """Return the store's records as its API returns them."""
    client = shop.runtime.client(shop.store_id)
    records: dict[int, Any] = {}
    while True:
        page = client.page(path, offset=len(records))
        records.update({item[key]: item for item in page.items})
        if page.is_last:
            return records


def ours(table: type[MirrorTable]) -> dict[int, Any]:
    """Return the raw JSON of the mirror's live records."""
    return {row.remote_id: row.raw for row in table.select().where(table.deleted_at.is_null())}
