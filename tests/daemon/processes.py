"""Runs the daemon as real processes, and kills them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from portal.config import Settings

PATIENCE_S = 30.0
# Worker processes with one process for sync.
WORKERS = 4


def wait_until(is_so: Callable[[], object], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Return when ``is_so`` returns a true value; fail with ``what`` after ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline, f"waited {timeout_s:g} s for {what}"
        time.sleep(0.05)


@dataclass
class Daemon:
    """Running ``python -m daemon`` and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def text(self) -> str:
        """Return the log so far."""
        return self.log.read_text(errors="replace")

    def children(self, of: str = "") -> list[psutil.Process]:
        """Return the running children whose name contains ``of``."""
        try:
            found = psutil.Process(self.process.pid).children(recursive=True)
            return [child for child in found if of in name_of(child)]
        except psutil.Error:
            return []

    def wait_for(self, line: str, times: int = 1) -> None:
        """Return when the log contains ``line`` this many times."""
        wait_until(lambda: self.text().count(line) >= times, f"{line!r} in\n{self.text()}")

    def kill(self) -> None:
        """Kill the supervisor, so that it can't stop its children."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def stop(self) -> int:
        """Stop the daemon with SIGTERM; return its exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE_S)


def name_of(process: psutil.Process) -> str:
    """Return the name that `ps` shows, such as ``worker.events``."""
    return Path(f"/proc/{process.pid}/comm").read_text().strip()


def environ_of(settings: Settings, is_measured: bool, **changes: str) -> dict[str, str]:
    """Return the environment of a daemon with its own Valkey server and these settings."""
    # A killed process writes no coverage data, and measuring would double its run time.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if is_measured or not name.startswith("COVERAGE_PROCESS_")
    }
    return inherited | {
        "PORTAL_SECRET_KEY": ",".join(settings.secret_keys),
        "PORTAL_ENCRYPTION_KEYS": ",".join(settings.encryption_keys),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": "",
        "SYNC_PROCESSES": "1",
        "ECWID_CLIENT_ID": settings.ecwid_client_id,
        "ECWID_CLIENT_SECRET": settings.ecwid_client_secret,
        "ECWID_OAUTH_URL": settings.ecwid_oauth_url,
        "ECWID_API_URL": settings.ecwid_api_url,
        **changes,
    }


@contextmanager
def running(
    settings: Settings,
    folder: Path,
    *,
    until: str = "daemon.ready",
    is_measured: bool = False,
    **changes: str,
) -> Iterator[Daemon]:
    """Run a daemon; kill its remaining processes at the end.

    Measure its coverage only if it exits or is stopped, because measuring is slow.
    """
    log = folder / f"daemon-{time.monotonic_ns()}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "daemon"],
            env=environ_of(settings, is_measured, **changes),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    daemon = Daemon(process, log)
    family: list[psutil.Process] = []
    try:
        if until:
            daemon.wait_for(until)
            daemon.wait_for("worker.started", times=WORKERS)
        family = daemon.children()
        yield daemon
    finally:
        family += daemon.children()
        if process.poll() is None:
            process.kill()
            process.wait(PATIENCE_S)
        for child in family:
            if child.is_running():
                child.kill()
        psutil.wait_procs(family, timeout=10)
