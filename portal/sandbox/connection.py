"""Let waitress break connections: hold them without an answer, reset them, cut them off."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from portal.sandbox.broken import CutError, HeldError, ResetError

# In the environment of requests whose connection can be broken.
CAN_BREAK = "sandbox.can_break"
# Closing sends a reset at once, instead of what is still to be sent.
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class BreakableTask(WSGITask):
    """Carry out what is raised from an answer's body."""

    def get_environment(self) -> dict[str, Any]:
        """Return the environment, with the sign that the connection can be broken."""
        environ: dict[str, Any] = super().get_environment()
        environ[CAN_BREAK] = True
        return environ

    def service(self) -> None:
        """Answer the request, or let happen to the connection what is to happen."""
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
    """Hold a connection open without a thread: the server's loop closes it when it is time."""

    task_class = BreakableTask
    _held_until: float | None = None

    def hold(self, seconds: float) -> None:
        """Close the connection after so many seconds, if the caller hasn't by then."""
        self._held_until = time.monotonic() + seconds

    def writable(self) -> bool:
        """Tell the loop whether there is something to do; it asks in every turn."""
        if self._held_until is not None and time.monotonic() >= self._held_until:
            self.will_close = True
        return bool(super().writable())
