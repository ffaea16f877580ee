"""Send one message to an address that anybody may have typed in, within ten seconds in all.

`requests-hardened` looks up the name, refuses addresses that aren't public, and connects to the
very address that it has looked at. What it leaves to us is the time as a whole: an answer or a TLS
handshake that drips in never runs into the time limit of a single read.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from requests import RequestException, Response
from requests.exceptions import SSLError, Timeout
from requests_hardened.client import HTTPSession
from requests_hardened.config import Config
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from portal.models.fields import storable

TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 5.0
ANSWER_KEPT = 500
ANSWER_READ_BYTES = 4 * ANSWER_KEPT
AGENT = "Merchant-Portal-Webhooks/1"


@dataclass(frozen=True)
class Reply:
    """Hold what came of an attempt: a status, or the key in `DELIVERY_ERRORS` of why there is none.

    ``asked_s`` is for how long the endpoint asked to be left alone.
    """

    status: int | None
    ms: int
    error: str | None = None
    text: str = ""
    asked_s: float = 0.0


class MessageLine:
    """Send messages, and keep connections open for the next; for one thread at a time.

    ``authorities`` is a file of certificates that are trusted in place of the usual ones.
    """

    def __init__(self, *, allows_loopback: bool, authorities: str | None = None) -> None:
        self._session = HTTPSession(
            Config(
                ip_filter_enable=True,
                ip_filter_allow_loopback_ips=allows_loopback,
                never_redirect=True,
                default_timeout=(CONNECT_TIMEOUT_S, TIMEOUT_S),
                user_agent_override=AGENT,
            )
        )
        if authorities is not None:
            self._session.verify = authorities
        # A proxy would look the name up by itself.
        self._session.trust_env = False
        adapters: Iterable[Any] = self._session.adapters.values()
        for adapter in adapters:
            adapter.poolmanager.pool_classes_by_scheme = _POOLS

    def post(
        self, url: str, body: str, headers: Mapping[str, str], *, timeout_s: float = TIMEOUT_S
    ) -> Reply:
        """Send and return what came of it; never raises for what the other side does."""
        began_s = time.monotonic()
        with _deadline(timeout_s) as deadline:
            status, error, text, asked_s = None, None, "", 0.0
            try:
                response = self._session.post(
                    url,
                    data=body.encode(),
                    headers={"Content-Type": "application/json", **headers},
                    stream=True,
                )
                status, asked_s = response.status_code, _asked_s(response)
                text = _beginning_of(response)
            except (RequestException, OSError, UnicodeError) as problem:
                error = "timeout" if deadline.is_over else _name_of(problem)
        # It is noted without cookies: nobody is to be followed by them.
        self._session.cookies.clear()
        ms = round((time.monotonic() - began_s) * 1000)
        return Reply(status, ms, error, text, asked_s)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


@dataclass
class _Deadline:
    """Hold what an attempt talks through, to be cut when its time is over."""

    held: list[Any] = field(default_factory=list)
    is_over: bool = False

    def hold(self, talks: Any) -> None:
        self.held.append(talks)
        if self.is_over:
            raise TimeoutError

    def end(self) -> None:
        self.is_over = True
        for talks in self.held:
            with suppress(OSError, AttributeError):
                # Whoever waits for it to say something reads its end at once.
                getattr(talks, "sock", talks).shutdown(socket.SHUT_RDWR)


_here = threading.local()


@contextmanager
def _deadline(timeout_s: float) -> Iterator[_Deadline]:
    deadline = _Deadline()
    timer = threading.Timer(timeout_s, deadline.end)
    timer.daemon = True
    _here.deadline = deadline
    timer.start()
    try:
        yield deadline
    finally:
        timer.cancel()
        for talks in deadline.held:
            if isinstance(talks, socket.socket):
                talks.close()


class _Timed:
    """Have the deadline of the attempt hold a connection, be it new or kept open from before."""

    def _new_conn(self) -> socket.socket:
        opened: socket.socket = super()._new_conn()  # type: ignore[misc]
        # A second handle: the first belongs to TLS from now on, and a handshake can drip, too.
        _here.deadline.hold(opened.dup())
        return opened

    def request(self, *args: Any, **named: Any) -> None:
        _here.deadline.hold(self)
        super().request(*args, **named)  # type: ignore[misc]


class _Plain(_Timed, HTTPConnection):
    pass


class _Encrypted(_Timed, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


_POOLS = {"http": _PlainPool, "https": _EncryptedPool}


def _beginning_of(response: Response) -> str:
    """Return how the body begins; what comes too late, or is no text, is nobody's loss."""
    try:
        begun = response.raw.read(ANSWER_READ_BYTES, decode_content=True)
    except Exception:  # noqa: BLE001 - whatever a stranger's body breaks, its status counts
        return ""
    finally:
        # With a rest of the body, or none, the pool takes the connection back or drops it.
        response.close()
    return storable(begun.decode("utf-8", "replace"))[:ANSWER_KEPT]


def _asked_s(response: Response) -> float:
    """Return what ``Retry-After`` asks for, be it seconds or a date (RFC 9110, 10.2.3)."""
    try:
        return Retry().parse_retry_after(response.headers.get("Retry-After", "0"))
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0


def _name_of(problem: Exception) -> str:
    if isinstance(problem, InvalidIPAddress):
        return "private"
    if isinstance(problem, SSLError):
        return "tls"
    if isinstance(problem, Timeout | TimeoutError):
        return "timeout"
    return "unknown_name" if "resolve" in str(problem) else "unreachable"
