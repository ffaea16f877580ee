"""HTTP client for webhooks with Ecwid's timeouts: 3 s to connect, 10 s for the whole response.

Source of the timeouts: Ecwid, webhook documentation (docs.ecwid.com).

It is based on http.client. Other clients limit each read only, so that a receiver that sends its
response byte by byte would never time out.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S = 3.0, 10.0
BODY_READ = 2**16
DETAIL_LENGTH = 80


@dataclass(frozen=True)
class Outcome:
    """Result of an attempt: HTTP status, ``timeout`` or ``unreachable``; and a short detail."""

    status: str
    detail: str


class WebhookClient:
    """Client for one thread. It reuses connections and follows no redirects."""

    def __init__(self) -> None:
        self._connections: dict[tuple[str, str], HTTPConnection] = {}

    def send(
        self, method: str, url: str, event_type: str, headers: dict[str, str], body: bytes
    ) -> Outcome:
        """Send an event and return the outcome; failures are outcomes, too."""
        try:
            parts = urlsplit(url)
            query = "&".join(filter(None, (parts.query, urlencode({"eventtype": event_type}))))
            path = f"{parts.path or '/'}?{query}"
            return self._answer(parts, (method, path), headers, body)
        except TimeoutError as error:
            return Outcome("timeout", str(error))
        except (OSError, HTTPException, ValueError) as error:
            return Outcome("unreachable", _shortened(str(error) or type(error).__name__))

    def close(self) -> None:
        """Close all open connections."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _answer(
        self, parts: SplitResult, target: tuple[str, str], headers: dict[str, str], body: bytes
    ) -> Outcome:
        site = (parts.scheme, parts.netloc)
        reused = self._connections.pop(site, None)
        connection = reused or _connect(parts)
        try:
            return self._exchange(site, connection, target, headers, body)
        except ConnectionError:
            if reused is None:
                raise
        # The receiver had closed the reused connection.
        return self._exchange(site, _connect(parts), target, headers, body)

    def _exchange(
        self,
        site: tuple[str, str],
        connection: HTTPConnection,
        target: tuple[str, str],
        headers: dict[str, str],
        body: bytes,
    ) -> Outcome:
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        connection.response_class = _response_with_deadline(deadline)
        is_reusable = False
        try:
            connection.sock.settimeout(ANSWER_TIMEOUT_S)
            connection.request(*target, body, headers)
            answer = connection.getresponse()
            content = answer.read(BODY_READ)
            is_reusable = answer.isclosed() and not answer.will_close
        except TimeoutError:
            raise TimeoutError(f"no complete response within {ANSWER_TIMEOUT_S:g} s") from None
        finally:
            if is_reusable:
                self._connections[site] = connection
            else:
                connection.close()
        return Outcome(
            str(answer.status), _shortened(content.decode(errors="replace") or answer.reason)
        )


class _DeadlineReader(io.RawIOBase):
    """Raw reader of a socket with a deadline for all reads together."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        # http.client expects that its file keeps the socket open while it reads the response.
        self._file = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the buffered file from which http.client reads."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Return True, as BufferedReader requires."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read available bytes; raise TimeoutError after the deadline."""
        remaining_s = self._deadline - time.monotonic()
        if remaining_s <= 0:
            raise TimeoutError
        self._sock.settimeout(remaining_s)
        return self._file.readinto(buffer)

    def close(self) -> None:
        """Release the socket."""
        self._file.close()
        super().close()


def _response_with_deadline(deadline: float) -> Any:
    """Return a response factory for http.client whose responses have a deadline."""

    def make(sock: Any, **more: Any) -> HTTPResponse:
        source: Any = _DeadlineReader(sock, deadline)
        return HTTPResponse(source, **more)

    return make


def _connect(parts: SplitResult) -> HTTPConnection:
    """Open a connection; raise TimeoutError, OSError or ValueError if that fails."""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an HTTP URL")
    connection = (
        HTTPSConnection(
            parts.hostname,
            parts.port,
            timeout=CONNECT_TIMEOUT_S,
            context=ssl.create_default_context(),
        )
        if parts.scheme == "https"
        else HTTPConnection(parts.hostname, parts.port, timeout=CONNECT_TIMEOUT_S)
    )
    try:
        connection.connect()
    except TimeoutError:
        raise TimeoutError(f"no connection within {CONNECT_TIMEOUT_S:g} s") from None
    return connection


def _shortened(text: str) -> str:
    return " ".join(text.split())[:DETAIL_LENGTH]
