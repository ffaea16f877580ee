"""HTTP adapter whose read timeout limits each response as a whole.

The timeout of a socket starts again with each byte. A server that sends one byte every ten seconds
would occupy a thread until the time limit of its job, and longer than the lease of a run. So each
read of a response waits only for the rest of the time: of status line, headers, chunks and body.
"""

from __future__ import annotations

import io
import socket
from http.client import HTTPResponse
from time import monotonic
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class TimedAdapter(HTTPAdapter):
    """Adapter that raises a read timeout if a response takes longer than that, headers included.

    The time begins when the request has been sent.
    """

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Create the connection pools."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS


class _TimedReader(io.RawIOBase):
    """Reader of a socket whose timeout, as it is now, limits all reads together."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._socket = sock
        timeout_s = sock.gettimeout()
        self._until_s = None if timeout_s is None else monotonic() + timeout_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._until_s is not None:
            left_s = self._until_s - monotonic()
            if left_s <= 0:
                raise TimeoutError("the response took too long")
            self._socket.settimeout(left_s)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        # Nothing is buffered yet. The raw reader keeps the socket open until the response is read.
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    response_class = _TimedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}
