"""A process that the supervisor starts, watches and restarts, and how it exits with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import structlog

from portal.process import request_stop

log = structlog.get_logger(__name__)

EXIT_WITH_PARENT = "--exit-with-parent"
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
    command: list[str]
    popen: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    restart_due_s: float = 0.0
    restarts: int = 0

    @property
    def is_running(self) -> bool:
        """Whether the process is alive."""
        return self.popen is not None and self.popen.poll() is None

    def start(self) -> None:
        """Start the process in its own session, so that Ctrl-C reaches only the supervisor.

        Its standard input is a pipe from the supervisor, see `exit_with_parent`.
        """
        self.popen = subprocess.Popen(  # noqa: S603 - our own command
            self.command, stdin=subprocess.PIPE, start_new_session=True
        )
        self.started_s = time.monotonic()
        log.info("process.started", name=self.name, pid=self.popen.pid)

    def restart_if_due(self) -> None:
        """Start the process if it isn't running and its pause is over."""
        now_s = time.monotonic()
        if self.is_running:
            return
        if self.popen is not None:
            self._record_exit(now_s)
        if now_s >= self.restart_due_s:
            self.start()

    def _record_exit(self, now_s: float) -> None:
        if self.popen is None:
            return
        code = self.popen.returncode
        self.restarts = 1 if now_s - self.started_s > STABLE_AFTER_S else self.restarts + 1
        delay_s = restart_delay_s(self.restarts)
        self.restart_due_s = now_s + delay_s
        self._close_input()
        self.popen = None
        log.warning("process.ended", name=self.name, how=_exit_text(code), restart_in_s=delay_s)

    def ask_to_stop(self) -> None:
        """Close the pipe: a Python process stops at its next page."""
        if self.popen is not None:
            self._close_input()

    def terminate(self) -> None:
        """Send SIGTERM, needed for Valkey, which doesn't watch its standard input."""
        if self.is_running and self.popen is not None:
            self.popen.terminate()

    def wait(self, until_s: float) -> bool:
        """Wait until the monotonic time ``until_s``, then kill; return False if it was killed."""
        if self.popen is None:
            return True
        try:
            self.popen.wait(max(0.0, until_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("process.killed", name=self.name, pid=self.popen.pid)
            self.popen.kill()
            self.popen.wait()
            return False
        finally:
            self._close_input()
        return True

    def _close_input(self) -> None:
        if self.popen is not None and self.popen.stdin is not None:
            self.popen.stdin.close()


def _exit_text(code: int | None) -> str:
    """Return the signal's name or the exit status as shown in the log."""
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit {code}"


def exit_with_parent(arguments: list[str]) -> None:
    """Stop this process when its standard input closes, if the supervisor started it.

    The supervisor closes the pipe to request a stop. If the supervisor is killed, the kernel closes
    it, so no process outlives its supervisor.
    """
    if EXIT_WITH_PARENT in arguments:
        threading.Thread(target=_stop_at_end_of, args=(sys.stdin.fileno(),), daemon=True).start()


def _stop_at_end_of(pipe: int) -> None:
    while os.read(pipe, 1024):
        pass
    request_stop()
    os.kill(os.getpid(), signal.SIGTERM)
