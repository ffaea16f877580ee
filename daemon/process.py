"""A process that the supervisor starts, watches and restarts."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog

from daemon.fork import Fork

log = structlog.get_logger(__name__)

FIRST_RESTART_DELAY_S = 0.5
MAX_RESTART_DELAY_S = 30.0
# A process that ran this long started successfully, so its pauses begin from the first again.
STABLE_AFTER_S = 60.0


def restart_delay_s(restarts: int) -> float:
    """Return the pause in seconds before a restart; ``restarts`` counts restarts in a row."""
    return min(FIRST_RESTART_DELAY_S * 2.0 ** (restarts - 1), MAX_RESTART_DELAY_S)


@dataclass
class Process:
    """One process of the daemon, and the time of its next restart."""

    name: str
    launch: Callable[[], Fork | subprocess.Popen[bytes]]
    running: Fork | subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    restart_due_s: float = 0.0
    restarts: int = 0

    @property
    def is_running(self) -> bool:
        """Whether the process is alive."""
        return self.running is not None and self.running.poll() is None

    def start(self) -> None:
        """Start the process."""
        self.running = self.launch()
        self.started_s = time.monotonic()
        log.info("process.started", name=self.name, pid=self.running.pid)

    def restart_if_due(self) -> None:
        """Start the process if it isn't running and its pause is over."""
        now_s = time.monotonic()
        if self.is_running:
            return
        if self.running is not None:
            self._record_exit(now_s)
        if now_s >= self.restart_due_s:
            self.start()

    def _record_exit(self, now_s: float) -> None:
        if self.running is None:
            return
        code = self.running.returncode
        self.restarts = 1 if now_s - self.started_s > STABLE_AFTER_S else self.restarts + 1
        delay_s = restart_delay_s(self.restarts)
        self.restart_due_s = now_s + delay_s
        self._close_input()
        self.running = None
        log.warning("process.ended", name=self.name, how=_exit_text(code), restart_in_s=delay_s)

    def ask_to_stop(self) -> None:
        """Close the pipe: a forked process stops at its next page."""
        if self.running is not None:
            self._close_input()

    def terminate(self) -> None:
        """Send SIGTERM, needed for Valkey, which doesn't watch its standard input."""
        if self.is_running and self.running is not None:
            self.running.terminate()

    def wait(self, until_s: float) -> bool:
        """Wait until the monotonic time ``until_s``, then kill; return False if it was killed."""
        if self.running is None:
            return True
        try:
            self.running.wait(max(0.0, until_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("process.killed", name=self.name, pid=self.running.pid)
            self.running.kill()
            self.running.wait()
            return False
        finally:
            self._close_input()
        return True

    def _close_input(self) -> None:
        if self.running is not None and self.running.stdin is not None:
            self.running.stdin.close()


def _exit_text(code: int | None) -> str:
    """Return the signal's name or the exit status as shown in the log."""
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit {code}"


def forked(name: str, target: Callable[[], int]) -> Process:
    """Return a process that runs ``target`` in a copy of this process."""
    return Process(name, partial(Fork, name, target))


def command(name: str, arguments: list[str]) -> Process:
    """Return a process of another program."""
    return Process(name, partial(_launch, arguments))


def _launch(arguments: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command
        arguments, stdin=subprocess.PIPE, start_new_session=True
    )
