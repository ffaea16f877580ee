"""Waitress task and channel that can break connections: hold, reset or cut them."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from portal.sandbox.broken_responses import CutError, HeldError, ResetError

# Key in the WSGI environment of requests whose connection can be broken.
CAN_BREAK = "sandbox.can_break"
# With this linger option, closing the socket sends a reset and drops unsent data.
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class BreakableTask(WSGITask):
    """Task that breaks its connection when the response body raises an InterruptionError."""

    def get_environment(self) -> dict[str, Any]:
        """Return the WSGI environment with `CAN_BREAK` set."""
        environ: dict[str, Any] = super().get_environment()
        environ[CAN_BREAK] = True
        return environ

    def service(self) -> None:
        """Answer the request, or break the connection as the response demands."""
        try:
            super().service()
        except HeldError as held:
            self.channel.hold(held.seconds)
        except ResetError:
            self.channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.close_on_finish = True
        except CutError:
            self.close_on_finish = True


class BreakableChannel(HTTPChannel):
    """Channel that stays open without occupying a thread until the server's loop closes it."""

    task_class = BreakableTask
    _held_until: float | None = None

    def hold(self, seconds: float) -> None:
        """Keep the connection open for ``seconds``, or until the caller closes it."""
        self._held_until = time.monotonic() + seconds

    def writable(self) -> bool:
        """Return whether the loop has something to write; the loop asks in each iteration."""
        if self._held_until is not None and time.monotonic() >= self._held_until:
            self.will_close = True
        return bool(super().writable())
