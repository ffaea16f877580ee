"""Portal that is served by gunicorn as in production."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import psutil
import pytest
from peewee import Database

from portal.config import Settings
from portal.models import WebhookEvent, open_database
from portal.paths import ROOT
from portal.sealing import new_key
from tests.conftest import CLIENT_ID, CLIENT_SECRET

READY_TIMEOUT_S = 60
ANSWER_TIMEOUT_S = 60


@dataclass
class Server:
    """A running gunicorn; its access log names the process that answered."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def connect(self, sent: bytes = b"") -> socket.socket:
        """Return a connection on which ``sent`` was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), ANSWER_TIMEOUT_S)
        connection.sendall(sent)
        return connection

    def answer(self, sent: bytes) -> bytes:
        """Return everything that the server sends until it closes the connection."""
        with self.connect(sent) as connection:
            return read_to_end(connection)

    def processes_that_answered(self, path: str) -> set[str]:
        """Return the ids of the processes that answered requests for ``path``."""
        lines = [line.split() for line in self.log.read_text().splitlines()]
        return {words[1] for words in lines if words[:1] == ["answered"] and words[2] == path}

    def workers(self) -> int:
        """Return the number of worker processes."""
        return len(psutil.Process(self.process.pid).children())


def read_to_end(connection: socket.socket) -> bytes:
    """Return what arrives until the other side closes."""
    parts = []
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


@contextmanager
def serving(settings: Settings, *options: str, open_files: int | None = None) -> Iterator[Server]:
    """Run the portal with its own configuration of gunicorn, and a limit of open files."""

    def limit_open_files() -> None:
        if open_files is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))

    environ = os.environ | {
        "PORTAL_SECRET_KEY": ",".join(settings.secret_keys),
        "PORTAL_ENCRYPTION_KEYS": settings.encryption_keys[0],
        "PORTAL_URL": "http://portal",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "ECWID_CLIENT_ID": settings.ecwid_client_id,
        "ECWID_CLIENT_SECRET": settings.ecwid_client_secret,
        "ECWID_API_URL": settings.ecwid_api_url,
    }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = settings.data_dir / f"gunicorn-{port}.log"
    access_log = ("--access-logfile", "-", "--access-logformat", "answered %(p)s %(U)s")
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *access_log]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, *options, "wsgi:app"],
            cwd=ROOT,
            env=environ,
            preexec_fn=limit_open_files,  # noqa: PLW1509 - this process has no other threads yet
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_until_ready(process, port, log)
            yield Server(process, port, log)
        finally:
            process.terminate()
            process.wait(READY_TIMEOUT_S)


@pytest.fixture(scope="module")
def silent_ecwid() -> Iterator[socket.socket]:
    """An Ecwid that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        bound.settimeout(ANSWER_TIMEOUT_S)
        yield bound


@pytest.fixture(scope="module")
def server_settings(
    migrated_sqlite: Path,
    valkey_url: str,
    silent_ecwid: socket.socket,
    tmp_path_factory: pytest.TempPathFactory,
) -> Settings:
    """Settings of the served portal, whose database is empty at first."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copyfile(migrated_sqlite, folder / "portal.db")
    return Settings(
        secret_keys=("test-secret-key",),
        encryption_keys=(new_key(),),
        database_url=f"sqlite:///{folder}/portal.db",
        redis_url=valkey_url,
        data_dir=folder,
        ecwid_client_id=CLIENT_ID,
        ecwid_client_secret=CLIENT_SECRET,
        ecwid_api_url=f"http://127.0.0.1:{silent_ecwid.getsockname()[1]}/api/v3",
    )


@pytest.fixture(scope="module")
def server(server_settings: Settings) -> Iterator[Server]:
    """The portal with one receiver and one worker for pages, shared by a module's tests."""
    with serving(server_settings, "--workers", "2", "--threads", "3") as started:
        yield started


@pytest.fixture
def served_database(server_settings: Settings) -> Iterator[Database]:
    """The database of the served portal, without events."""
    opened = open_database(server_settings.database_url)
    with opened.connection_context():
        WebhookEvent.delete().execute()
        yield opened
    opened.close_all()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline_s = monotonic() + READY_TIMEOUT_S
    request = b"GET /healthz HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n"
    while process.poll() is None and monotonic() < deadline_s:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(request)
            if read_to_end(connection).startswith(b"HTTP/1.1 200"):
                return
    raise AssertionError(log.read_text())
