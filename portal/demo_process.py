"""One process of the demo: starts it, waits until it is ready, and stops it with its children."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 25


class DemoError(Exception):
    """The demo can't start or continue; the message says why and what to do."""


@dataclass
class DemoProcess:
    """One process of the demo and its log file."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self, environ: dict[str, str]) -> None:
        """Start the process in its own session, so that Ctrl-C reaches only the demo."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                self.command,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Terminate the process, then kill what is left of its process group."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_TIMEOUT_S)
        # Needed even if the process has exited: its children could still occupy the port.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Return when ``is_ready``; raise DemoError if the process ends or takes too long."""
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not is_ready():
            self.check()
            if time.monotonic() > deadline:
                raise DemoError(
                    f"the {self.name} is not ready after {READY_TIMEOUT_S} s: {self.log}"
                )
            time.sleep(0.1)

    def check(self) -> None:
        """Raise DemoError with the end of the log if the process has ended."""
        if self.process.poll() is None:
            return
        tail = self.log.read_text(errors="replace").strip().splitlines()[-8:]
        raise DemoError("\n  ".join([f"the {self.name} has ended ({self.log}):", *tail]))

    def has_logged(self, text: str) -> bool:
        """Return whether the process has written ``text`` to its log."""
        return text in self.log.read_text(errors="replace")


def require_free_port(port: int, name: str) -> None:
    """Raise DemoError if another program uses the port; ``name`` is the setting of make."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoError(
                f"port {port} is in use. Free it, or choose another: make demo {name}={port + 1000}"
            ) from None
