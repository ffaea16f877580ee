"""Keep the daemon's processes running: Valkey if it is embedded, workers, the schedule."""

from __future__ import annotations

import fcntl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from redis import Redis, RedisError

from daemon.child import Child
from daemon.stopping import should_stop, wait_for_stop
from daemon.tether import TETHERED
from daemon.valkey import server_command
from portal.config import Settings
from portal.errors import SettingsError

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.2
DRAIN_WITHIN_S = 20.0
VALKEY_WITHIN_S = 10.0


class Supervisor:
    """Start every process, start again what dies, and end all of them in order."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._valkey = (
            None if settings.redis_url else Child("valkey", server_command(settings.valkey_socket))
        )
        self._children = [
            *(_python_child("daemon.worker", "events") for _ in range(1)),
            *(_python_child("daemon.worker", "sync") for _ in range(settings.sync_workers)),
            *(_python_child("daemon.worker", "care") for _ in range(1)),
            *(_python_child("daemon.worker", "orders") for _ in range(settings.order_workers)),
            *(
                _python_child("daemon.worker", "deliveries")
                for _ in range(settings.delivery_workers)
            ),
            _python_child("daemon.schedule"),
        ]

    def run(self) -> None:
        """Work until `daemon.stopping` says so; then drain and end everything."""
        try:
            if self._valkey is not None:
                shut_down_orphan(self._settings.redis_address)
                self._valkey.start()
                wait_for_answer(self._settings.redis_address, self._valkey)
            for child in self._children:
                child.start()
            log.info("daemon.ready", processes=len(self._all()))
            while not should_stop():
                self._look_after()
                wait_for_stop(LOOK_EVERY_S)
        finally:
            self._stop()

    def _look_after(self) -> None:
        for child in self._all():
            child.look_after()

    def _all(self) -> list[Child]:
        return ([] if self._valkey is None else [self._valkey]) + self._children

    def _stop(self) -> None:
        log.info("daemon.stopping")
        started_s = time.monotonic()
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.wait(started_s + DRAIN_WITHIN_S)
        if self._valkey is not None:
            # Last, because draining workers still wake jobs for those who come after.
            self._valkey.terminate()
            self._valkey.wait(time.monotonic() + VALKEY_WITHIN_S)
        log.info("daemon.stopped", seconds=round(time.monotonic() - started_s, 1))


def _python_child(module: str, *arguments: str) -> Child:
    name = ".".join((module.removeprefix("daemon."), *arguments))
    return Child(name, [sys.executable, "-m", module, *arguments, TETHERED])


def shut_down_orphan(address: str) -> None:
    """End a Valkey that a killed daemon has left behind; its log keeps every write."""
    try:
        with Redis.from_url(address) as redis:
            redis.ping()
            log.warning("valkey.orphan_found")
            redis.shutdown(save=False, nosave=True)
            _wait_until_gone(redis)
    except RedisError:
        return


def _wait_until_gone(redis: Redis) -> None:
    until_s = time.monotonic() + VALKEY_WITHIN_S
    while time.monotonic() < until_s:
        redis.ping()
        time.sleep(0.05)


def wait_for_answer(address: str, valkey: Child) -> None:
    """Return when the server answers; raise SettingsError if it ends or takes too long."""
    until_s = time.monotonic() + VALKEY_WITHIN_S
    while time.monotonic() < until_s and valkey.is_running:
        try:
            with Redis.from_url(address) as redis:
                redis.ping()
        except RedisError:
            time.sleep(0.02)
        else:
            return
    raise SettingsError("the embedded Valkey doesn't start: see its lines above, or set REDIS_URL")


@contextmanager
def only_daemon(folder: Path) -> Iterator[None]:
    """Hold the folder of the embedded state for one daemon; raise SettingsError to a second."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "daemon.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(
                f"another daemon runs on {folder}: stop it first, or set REDIS_URL to run several"
            ) from None
        yield
