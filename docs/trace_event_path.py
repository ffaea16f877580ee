"""Trace how one product event is applied: the project's files on its path, and the crossings.

    PYTHONPATH=. python docs/trace_event_path.py

A crossing is a call from a function in one file of the project directly to a function in another
file of it; a generator that is resumed from another file counts, too. Calls of libraries don't
count, and a library that calls back into the project makes no crossing. The trace begins with the
job `drain_events` and includes its threads. The sandbox, which replaces Ecwid, and tests are left
out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import structlog

from daemon.job import use_runtime
from daemon.tasks import drain_events
from daemon.valkey import server_command
from portal.config import Settings
from portal.models import EventState, Grant, Store, WebhookEvent, open_database, utc_now
from portal.models.migrations import migrate
from portal.sandbox.admin_operations import add_store
from portal.sandbox.config import DEFAULT_SCOPES, SandboxConfig
from portal.sandbox.server import SandboxServer
from portal.sealing import new_key
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime, open_runtime
from portal.services.sync.engine import process_run

ROOT = Path(__file__).resolve().parent.parent
TRACED = tuple(f"{ROOT / top}/" for top in ("portal", "daemon"))
NOT_TRACED = f"{ROOT / 'portal' / 'sandbox'}/"
PRODUCTS = 20
VALKEY_START_S = 10.0


@dataclass
class Trace:
    """The project's files that were entered, and the crossings between them."""

    files: set[str] = field(default_factory=set)
    crossings: int = 0

    def run(self, call: Callable[[], object]) -> None:
        """Run ``call`` and trace it with all threads that it starts."""
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)
        try:
            call()
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _profile(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or (here := _file_of(frame)) is None:
            return
        self.files.add(here)
        caller = None if frame.f_back is None else _file_of(frame.f_back)
        self.crossings += caller not in (None, here)


def _file_of(frame: FrameType) -> str | None:
    name = frame.f_code.co_filename
    if not name.startswith(TRACED) or name.startswith(NOT_TRACED):
        return None
    return str(Path(name).relative_to(ROOT))


def main() -> None:
    """Copy a store of 20 products, change one, and trace how its event is applied."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as name:
        folder = Path(name)
        command = server_command(folder / "v.sock")
        valkey = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own server
        try:
            _wait_for(folder / "v.sock")
            trace = _trace_in(folder)
        finally:
            valkey.terminate()
            valkey.wait()
    figures = [f"files = {len(trace.files)}", f"crossings = {trace.crossings}"]
    sys.stdout.write("\n".join([*sorted(trace.files), *figures, ""]))


def _trace_in(folder: Path) -> Trace:
    config = SandboxConfig(
        state=folder / "sandbox.db",
        client_id="trace",
        client_secret="secret_trace",  # noqa: S106 - the sandbox's own
        redirect_uri="http://127.0.0.1:8000/connect/callback",
    )
    with SandboxServer(config) as sandbox:
        sandbox.parts.switches.set("quota_per_minute", "0")
        runtime = open_runtime(_settings(folder, config, sandbox))
        migrate(open_database(runtime.settings.database_url))
        use_runtime(runtime)
        with runtime.database.connection_context():
            store_id = _copied_store(runtime, sandbox)
            _change_product(sandbox, store_id)
        trace = Trace()
        trace.run(lambda: drain_events(store_id))
        with runtime.database.connection_context():
            if WebhookEvent.get().state != EventState.APPLIED:
                raise SystemExit("the event was not applied")
        runtime.finish()
    return trace


def _settings(folder: Path, config: SandboxConfig, sandbox: SandboxServer) -> Settings:
    return Settings(
        secret_keys=("trace",),
        encryption_keys=(new_key(),),
        portal_url="http://127.0.0.1:8000",
        database_url=f"sqlite:///{folder}/portal.db",
        redis_url=f"unix://{folder}/v.sock",
        data_dir=folder,
        ecwid_client_id=config.client_id,
        ecwid_client_secret=config.client_secret,
        ecwid_oauth_url=f"{sandbox.url}/api/oauth",
        ecwid_api_url=f"{sandbox.url}/api/v3",
        mail_url=f"file://{folder}/mail",
    )


def _copied_store(runtime: Runtime, sandbox: SandboxServer) -> int:
    """Connect a store of the sandbox and copy it; return its id."""
    store_id = add_store(sandbox.parts, {"products": PRODUCTS})
    token = sandbox.parts.stores.install(store_id, " ".join(DEFAULT_SCOPES), revoke_previous=True)
    store = Store.create(id=store_id, name="Trace", url="https://trace.example", currency="EUR")
    sealed = runtime.sealer.seal(token, "grant.sealed_access_token", store.id)
    Grant.create(store=store, sealed_access_token=sealed, scopes=list(DEFAULT_SCOPES))
    for run in start_all_runs(store_id):
        process_run(runtime, run.id)
    return store_id


def _change_product(sandbox: SandboxServer, store_id: int) -> None:
    """Change a product in the store, and accept the event of it."""
    row = sandbox.parts.state.rows("SELECT min(id) AS id FROM product WHERE store = ?", store_id)
    sandbox.parts.products.update(store_id, row[0]["id"], {"price": 1})
    WebhookEvent.create(
        event_id="event-1",
        store_id=store_id,
        type="product.updated",
        entity_id=str(row[0]["id"]),
        event_created_at=utc_now(),
        payload={},
    )


def _wait_for(socket: Path) -> None:
    deadline = time.monotonic() + VALKEY_START_S
    while not socket.exists():
        if time.monotonic() > deadline:
            raise SystemExit("Valkey did not start")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
