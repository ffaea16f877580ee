"""Hold one process of the daemon: start it, see it end, start it again after a pause."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
# A child that lived this long had started well: its next pause is the first one again.
SETTLED_AFTER_S = 60.0


def pause_s(deaths: int) -> float:
    """Return how long to wait before a child is started again after ``deaths`` in a row."""
    return min(FIRST_PAUSE_S * 2.0 ** (deaths - 1), LONGEST_PAUSE_S)


@dataclass
class Child:
    """Hold one child process and when it is to be started again."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    due_s: float = 0.0
    deaths: int = 0

    @property
    def is_running(self) -> bool:
        """Tell whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the process, out of reach of the terminal's Ctrl-C, tied to us by its input."""
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command, stdin=subprocess.PIPE, start_new_session=True
        )
        self.started_s = time.monotonic()
        log.info("child.started", child=self.name, pid=self.process.pid)

    def look_after(self) -> None:
        """Start the process if it isn't running and its pause is over."""
        now_s = time.monotonic()
        if self.is_running:
            return
        if self.process is not None:
            self._note_death(now_s)
        if now_s >= self.due_s:
            self.start()

    def _note_death(self, now_s: float) -> None:
        if self.process is None:
            return
        code = self.process.returncode
        self.deaths = 1 if now_s - self.started_s > SETTLED_AFTER_S else self.deaths + 1
        pause = pause_s(self.deaths)
        self.due_s = now_s + pause
        self._close_input()
        self.process = None
        log.warning("child.ended", child=self.name, how=_how(code), restart_in_s=pause)

    def ask_to_stop(self) -> None:
        """Close the pipe that ties the child to us: a Python child ends at its next page."""
        if self.process is not None:
            self._close_input()

    def terminate(self) -> None:
        """Send SIGTERM: for children that are no Python of ours."""
        if self.is_running and self.process is not None:
            self.process.terminate()

    def wait(self, until_s: float) -> bool:
        """Wait until the monotonic moment ``until_s``, then kill; tell whether it ended itself."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.0, until_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("child.killed", child=self.name, pid=self.process.pid)
            self.process.kill()
            self.process.wait()
            return False
        finally:
            self._close_input()
        return True

    def _close_input(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()


def _how(code: int | None) -> str:
    """Return in words how a process ended."""
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit {code}"
