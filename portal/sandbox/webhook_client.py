"""Post webhooks by Ecwid's limits: 3 s for the connection, 10 s for the whole answer.

By http.client: other clients limit each read, so that who drips bytes is waited for without end.
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
WORDS_KEPT = 80


@dataclass(frozen=True)
class Outcome:
    """Hold what became of one try: a status, or ``timeout`` or ``unreachable``, and a few words."""

    status: str
    words: str


class WebhookClient:
    """Post from one thread, over connections that are kept open. Follows no redirect."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], HTTPConnection] = {}

    def post(self, url: str, event_type: str, headers: dict[str, str], body: bytes) -> Outcome:
        """Return what became of the request; raises nothing."""
        try:
            parts = urlsplit(url)
            query = "&".join(filter(None, (parts.query, urlencode({"eventtype": event_type}))))
            path = f"{parts.path or '/'}?{query}"
            return self._answer(parts, path, headers, body)
        except TimeoutError as error:
            return Outcome("timeout", str(error))
        except (OSError, HTTPException, ValueError) as error:
            return Outcome("unreachable", _shortened(str(error) or type(error).__name__))

    def close(self) -> None:
        """Close all connections."""
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()

    def _answer(
        self, parts: SplitResult, path: str, headers: dict[str, str], body: bytes
    ) -> Outcome:
        site = (parts.scheme, parts.netloc)
        kept = self._kept.pop(site, None)
        connection = kept or _connect(parts)
        try:
            return self._exchange(site, connection, path, headers, body)
        except ConnectionError:
            if kept is None:
                raise
        # The other side had closed the connection that was kept.
        return self._exchange(site, _connect(parts), path, headers, body)

    def _exchange(
        self,
        site: tuple[str, str],
        connection: HTTPConnection,
        path: str,
        headers: dict[str, str],
        body: bytes,
    ) -> Outcome:
        until = time.monotonic() + ANSWER_TIMEOUT_S
        connection.response_class = _response_until(until)
        is_reusable = False
        try:
            connection.sock.settimeout(ANSWER_TIMEOUT_S)
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            said = answer.read(BODY_READ)
            is_reusable = answer.isclosed() and not answer.will_close
        except TimeoutError:
            raise TimeoutError(f"no whole answer within {ANSWER_TIMEOUT_S:g} s") from None
        finally:
            if is_reusable:
                self._kept[site] = connection
            else:
                connection.close()
        return Outcome(
            str(answer.status), _shortened(said.decode(errors="replace") or answer.reason)
        )


class _Until(io.RawIOBase):
    """Read from a socket up to a moment, however small the pieces are that come."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        # Keeps the socket open while the answer is read, as http.client expects of its file.
        self._file = sock.makefile("rb", buffering=0)
        self._until = until

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what http.client reads from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Tell the reader that there may be something."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there; raise TimeoutError after the moment."""
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._sock.settimeout(left_s)
        return self._file.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._file.close()
        super().close()


def _response_until(until: float) -> Any:
    """Return what makes the response to be read up to a moment."""

    def make(sock: Any, **more: Any) -> HTTPResponse:
        source: Any = _Until(sock, until)
        return HTTPResponse(source, **more)

    return make


def _connect(parts: SplitResult) -> HTTPConnection:
    """Return an open connection; raise TimeoutError, OSError or ValueError if there is none."""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("no web address")
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
    return " ".join(text.split())[:WORDS_KEPT]
