"""Child process that is a copy of this one, so that it shares the memory of imported modules."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from portal.process import request_stop
from portal.rules.work.backoff import CHANCE

log = structlog.get_logger(__name__)

WAIT_POLL_S = 0.02
STDIN, FIRST_INHERITED = 0, 3


class Fork:
    """Running copy of this process; it has the methods of Popen that `daemon.process` needs.

    The standard input of the copy is a pipe. The supervisor closes it to request a stop. If the
    supervisor is killed, the kernel closes it, so no process outlives its supervisor.
    """

    def __init__(self, name: str, target: Callable[[], int]) -> None:
        """Fork; the copy calls ``target`` and exits with the status that it returns.

        The caller has one thread, and no connection that the copy could use by mistake.
        """
        self.returncode: int | None = None
        reader, writer = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _run_copy(name, target, reader)
        os.close(reader)
        self.stdin = os.fdopen(writer, "wb", buffering=0)

    def poll(self) -> int | None:
        """Return the exit status, the negative number of a signal, or None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status when the copy has ended; raise subprocess.TimeoutExpired."""
        until_s = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until_s is not None and time.monotonic() >= until_s:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(WAIT_POLL_S)
        return status

    def terminate(self) -> None:
        """Send SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        os.kill(self.pid, signal.SIGKILL)


def freeze_memory() -> None:
    """Exempt all current objects from garbage collection, so that forked copies share them."""
    gc.collect()
    gc.freeze()


def _run_copy(name: str, target: Callable[[], int], reader: int) -> None:
    """Run ``target`` in the copy, and exit; the frames of the original process are left unused."""
    status = 1
    try:
        # A session of its own, so that Ctrl-C reaches only the supervisor.
        os.setsid()
        os.dup2(reader, STDIN)
        _close_inherited()
        _set_name(name)
        # Otherwise all copies would draw the same numbers and retry in step.
        CHANCE.seed()
        threading.Thread(target=_stop_at_end_of, args=(STDIN,), daemon=True).start()
        status = target()
    except BaseException:
        log.exception("process.crashed", name=name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _close_inherited() -> None:
    """Close the pipes of the other processes and the lock file, which must not outlive us."""
    for number in [int(path.name) for path in Path("/dev/fd").iterdir()]:
        if number >= FIRST_INHERITED:
            # The directory itself was open while it was listed.
            with suppress(OSError):
                os.close(number)


def _set_name(name: str) -> None:
    """Show ``name`` in `ps` and `top`; only Linux can."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name)


def _stop_at_end_of(pipe: int) -> None:
    while os.read(pipe, 1024):
        pass
    request_stop()
