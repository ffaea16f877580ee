"""gunicorn with its own database and queue server, for benchmarks of WSGI applications."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis, RedisError

from benchmarks.load import HOST
from daemon.valkey import server_command
from portal.models import Store, open_database
from portal.models.migrations import migrate

SECRET = "benchmark-secret"
FIRST_STORE = 1003
STORES = 50
READY_TIMEOUT_S = 30
LOG = "gunicorn.log"
LOG_LINES = 20


@dataclass(frozen=True)
class Place:
    """Directory of one benchmark, and the environment of its servers."""

    folder: Path
    environ: dict[str, str]

    @property
    def database_url(self) -> str:
        """URL of the migrated database with its stores."""
        return self.environ["DATABASE_URL"]


@contextmanager
def place(database_url: str | None = None) -> Iterator[Place]:
    """Yield a migrated database with stores, SQLite by default, and a queue server."""
    with tempfile.TemporaryDirectory(prefix="w", dir="/tmp") as name:
        folder = Path(name)
        with valkey(folder / "v.sock") as redis_url:
            environ = {
                "PORTAL_ENV": "development",
                "PORTAL_URL": "http://portal",
                "DATABASE_URL": database_url or f"sqlite:///{folder}/portal.db",
                "REDIS_URL": redis_url,
                "ECWID_CLIENT_ID": "benchmark",
                "ECWID_CLIENT_SECRET": SECRET,
            }
            _prepare(environ["DATABASE_URL"])
            yield Place(folder, os.environ | environ)


@dataclass
class WebServer:
    """One gunicorn with its workers."""

    process: subprocess.Popen[bytes]
    port: int

    def kill(self) -> None:
        """End master and workers at once, as ``kill -9`` does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(where: Place, app: str, *options: str) -> Iterator[WebServer]:
    """Yield a gunicorn that responds; its log is in the benchmark's directory."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", *options, "--bind", f"{HOST}:{port}", app]
    with (where.folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            command, env=where.environ, stdout=log, stderr=log, start_new_session=True
        )
    server = WebServer(process, port)
    try:
        _wait_for(server, where.folder / LOG)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _wait_for(server: WebServer, log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    request = f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with socket.create_connection((HOST, server.port), 5) as connection:
                connection.sendall(request)
                if connection.recv(64):
                    return
        except OSError:
            time.sleep(0.05)
    shown = "\n".join(log.read_text().splitlines()[-LOG_LINES:])
    raise TimeoutError(f"no server responds on port {server.port}:\n{shown}")


def _prepare(database_url: str) -> None:
    database = open_database(database_url)
    migrate(database)
    with database.connection_context():
        Store.insert_many(
            [{"id": FIRST_STORE + n, "name": f"Store {n}"} for n in range(STORES)]
        ).execute()
    database.close_all()


@contextmanager
def valkey(path: Path) -> Iterator[str]:
    """Run a queue server with its socket at ``path``; yield its URL."""
    url = f"unix://{path}"
    with subprocess.Popen(server_command(path), stdout=subprocess.DEVNULL) as server:
        while True:
            try:
                Redis.from_url(url).ping()
                break
            except RedisError:
                time.sleep(0.02)
        try:
            yield url
        finally:
            server.terminate()
