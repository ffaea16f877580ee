"""Supervisor of the daemon's processes: workers, schedule and, if it is embedded, Valkey."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import structlog
from redis import Redis, RedisError

from daemon import schedule, worker
from daemon.fork import freeze_memory
from daemon.layout import worker_processes
from daemon.process import Process, command, forked
from daemon.service_notices import READY, STILL_RUNS, STOPPING, notify
from daemon.valkey import server_command
from portal.config import Settings
from portal.errors import SettingsError
from portal.process import should_stop, wait_for_stop

log = structlog.get_logger(__name__)

POLL_INTERVAL_S = 0.2
SHUTDOWN_TIMEOUT_S = 20.0
VALKEY_TIMEOUT_S = 10.0


class Supervisor:
    """Starts all processes, restarts those that exit, and stops all in order."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._valkey = (
            None
            if settings.redis_url
            else command(
                "valkey", server_command(settings.valkey_socket, settings.valkey_memory_mb)
            )
        )
        self._processes = [
            *(
                forked(f"worker.{each.name}", partial(worker.run, settings, each.name, each.queues))
                for each in worker_processes(settings)
            ),
            forked("schedule", partial(schedule.run, settings)),
        ]

    def run(self) -> None:
        """Supervise until a stop is requested, then drain and stop everything.

        The workers and the schedule are copies of this process, which imports everything once. It
        has a single thread and no open connection, because a copy would share both.
        """
        freeze_memory()
        try:
            if self._valkey is not None:
                shut_down_orphan(self._settings.effective_redis_url)
                self._valkey.start()
                wait_until_ready(self._settings.effective_redis_url, self._valkey)
            for process in self._processes:
                process.start()
            log.info("daemon.ready", processes=len(self._all()))
            notify(READY)
            while not should_stop():
                self._restart_due()
                notify(STILL_RUNS)
                wait_for_stop(POLL_INTERVAL_S)
        finally:
            self._stop()

    def _restart_due(self) -> None:
        for process in self._all():
            process.restart_if_due()

    def _all(self) -> list[Process]:
        return ([] if self._valkey is None else [self._valkey]) + self._processes

    def _stop(self) -> None:
        log.info("daemon.stopping")
        notify(STOPPING)
        started_s = time.monotonic()
        for process in self._processes:
            process.ask_to_stop()
        for process in self._processes:
            process.wait(started_s + SHUTDOWN_TIMEOUT_S)
        if self._valkey is not None:
            # Last, because workers that drain still wake jobs for their successors.
            self._valkey.terminate()
            self._valkey.wait(time.monotonic() + VALKEY_TIMEOUT_S)
        log.info("daemon.stopped", seconds=round(time.monotonic() - started_s, 1))


def shut_down_orphan(address: str) -> None:
    """Shut down the Valkey of a killed daemon; no write is lost, because it logs every write."""
    try:
        with Redis.from_url(address) as redis:
            redis.ping()
            log.warning("valkey.orphan_found")
            redis.shutdown(save=False, nosave=True)
            _wait_until_gone(redis)
    except RedisError:
        return


def _wait_until_gone(redis: Redis) -> None:
    until_s = time.monotonic() + VALKEY_TIMEOUT_S
    while time.monotonic() < until_s:
        redis.ping()
        time.sleep(0.05)


def wait_until_ready(address: str, valkey: Process) -> None:
    """Return when the server responds; raise SettingsError if it exits or takes too long."""
    until_s = time.monotonic() + VALKEY_TIMEOUT_S
    while time.monotonic() < until_s and valkey.is_running:
        try:
            with Redis.from_url(address) as redis:
                redis.ping()
        except RedisError:
            time.sleep(0.02)
        else:
            return
    raise SettingsError(
        "the embedded Valkey doesn't start: see its log lines above, or set REDIS_URL"
    )


@contextmanager
def single_instance(folder: Path) -> Iterator[None]:
    """Lock the data directory for one daemon; raise SettingsError in a second one."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "daemon.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(
                f"another daemon runs on {folder}: stop it, or set REDIS_URL to run several"
            ) from None
        yield
