"""systemd is notified that the daemon is ready, still runs, and stops."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.service_notices import ADDRESS, READY, STILL_RUNS, STOPPING, notify
from portal.config import Settings
from tests.daemon.processes import running

PATIENCE_S = 10


@pytest.fixture
def service_manager(short_folder: Path) -> Iterator[socket.socket]:
    """A socket like that of systemd."""
    path = short_folder / f"notify-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(str(path))
        bound.settimeout(PATIENCE_S)
        yield bound
    path.unlink()


def test_daemon_notifies_that_it_is_ready_still_runs_and_stops(
    own_settings: Settings, tmp_path: Path, service_manager: socket.socket
) -> None:
    with running(
        own_settings, tmp_path, is_measured=True, NOTIFY_SOCKET=service_manager.getsockname()
    ) as daemon:
        assert service_manager.recv(100) == READY
        assert [service_manager.recv(100) for _ in range(3)] == [STILL_RUNS] * 3

        assert daemon.stop() == 0

    service_manager.setblocking(False)
    assert last_notice(service_manager) == STOPPING


def test_frozen_supervisor_sends_no_notice(
    own_settings: Settings, tmp_path: Path, service_manager: socket.socket
) -> None:
    with running(own_settings, tmp_path, NOTIFY_SOCKET=service_manager.getsockname()) as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        service_manager.settimeout(2)

        # Those that were sent before the signal arrived end, and no other one comes.
        assert last_notice(service_manager) == STILL_RUNS


def last_notice(service_manager: socket.socket) -> bytes:
    """Return the last notice before there are no more."""
    notice = b""
    try:
        while True:
            notice = service_manager.recv(100)
    except (TimeoutError, BlockingIOError):
        return notice


def test_name_without_a_file_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"notices-{os.getpid()}"
    monkeypatch.setenv(ADDRESS, f"@{name}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(f"\0{name}")
        bound.settimeout(PATIENCE_S)

        notify(READY)

        assert bound.recv(100) == READY


def test_without_systemd_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADDRESS, raising=False)
    monkeypatch.setattr(socket, "socket", None)

    notify(READY)


def test_manager_that_is_gone_or_reads_nothing_stops_nobody(
    service_manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADDRESS, service_manager.getsockname())
    for _ in range(2000):
        notify(STILL_RUNS)
    monkeypatch.setenv(ADDRESS, "/nowhere/notify")
    notify(STILL_RUNS)

    assert service_manager.recv(100) == STILL_RUNS
