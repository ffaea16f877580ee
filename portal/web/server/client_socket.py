"""Socket of a client that keeps what the kernel doesn't take of a response at once.

gunicorn sends a response from a thread, which would wait for a client that reads slowly. This
socket takes the response from the thread, and the worker's event loop sends the rest.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from dataclasses import dataclass
from typing import Any

# Bytes of a response that are kept in memory; a thread that streams more waits for the client.
UNSENT_LIMIT_BYTES = 16 * 1024 * 1024
# Bytes that are sent at once, so that one fast client doesn't delay the others.
SENT_AT_ONCE_BYTES = 256 * 1024


@dataclass
class _File:
    """Part of an open file; the descriptor is a copy."""

    descriptor: int
    offset: int
    count: int

    def send(self, client: socket.socket) -> None:
        """Send what the kernel takes; raise BlockingIOError if it takes nothing."""
        part = min(self.count, SENT_AT_ONCE_BYTES)
        sent = os.sendfile(client.fileno(), self.descriptor, self.offset, part)
        if not sent:
            raise OSError("the file is shorter than the response")
        self.offset += sent
        self.count -= sent


class ClientSocket(socket.socket):
    """Connected socket whose ``sendall`` and ``sendfile`` never wait, up to a limit."""

    def __init__(self, accepted: socket.socket) -> None:
        """Take over the descriptor of ``accepted``, which can't be used any more."""
        family, kind, protocol = accepted.family, accepted.type, accepted.proto
        super().__init__(family, kind, protocol, fileno=accepted.detach())
        self._parts: deque[memoryview | _File] = deque()
        self.unsent_bytes = 0  # in memory

    @property
    def has_unsent(self) -> bool:
        """Return whether a part of the response still has to be sent."""
        return bool(self._parts)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send what the kernel takes now and keep the rest; wait only beyond the limit.

        Raises BlockingIOError if the client reads nothing while the thread waits for it.
        """
        self._parts.append(memoryview(data))
        self.unsent_bytes += len(data)
        self.send_more()
        while self.unsent_bytes > UNSENT_LIMIT_BYTES:
            self._send_part(flags)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Keep a copy of the descriptor; the event loop sends the file. Return its bytes."""
        size = os.fstat(file.fileno()).st_size - offset if count is None else count
        self._parts.append(_File(os.dup(file.fileno()), offset, size))
        return size

    def send_more(self) -> bool:
        """Send what the kernel takes now, up to a limit; return whether it took anything."""
        is_progress, most = False, self.unsent_bytes - SENT_AT_ONCE_BYTES
        try:
            while self._parts:
                is_file = isinstance(self._parts[0], _File)
                self._send_part(socket.MSG_DONTWAIT)
                is_progress = True
                if is_file or self.unsent_bytes <= most:
                    break
        except BlockingIOError:
            pass
        return is_progress

    def forget_unsent(self) -> None:
        """Drop the rest of the response."""
        while self._parts:
            self._forget_first()

    def close(self) -> None:
        """Close the socket, and the files that it has not sent."""
        self.forget_unsent()
        super().close()

    def _send_part(self, flags: int) -> None:
        part = self._parts[0]
        if isinstance(part, _File):
            part.send(self)
            if not part.count:
                self._forget_first()
            return
        sent = self.send(part, flags)
        self.unsent_bytes -= sent
        if sent == len(part):
            self._parts.popleft()
        else:
            self._parts[0] = part[sent:]

    def _forget_first(self) -> None:
        part = self._parts.popleft()
        if isinstance(part, _File):
            os.close(part.descriptor)
        else:
            self.unsent_bytes -= len(part)
