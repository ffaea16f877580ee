"""Webhook sender: POST to an untrusted URL within ten seconds in total.

`requests-hardened` resolves the name, refuses most addresses that aren't public, and connects to
the address that it has checked; the adapter here refuses the others. It has no limit for the total
time: a response or a TLS handshake that arrives byte by byte never exceeds the timeout of a single
read. So a deadline here closes the connection.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from requests import RequestException, Response
from requests.exceptions import SSLError, Timeout
from requests_hardened.client import HTTPSession
from requests_hardened.config import Config
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from portal.models.fields import strip_unstorable
from portal.rules.outbound_webhooks.public_addresses import is_public_address

TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 5.0
BODY_KEPT = 500
BODY_READ_BYTES = 4 * BODY_KEPT
USER_AGENT = "Merchant-Portal-Webhooks/1"


@dataclass(frozen=True)
class AttemptResult:
    """Result of an attempt: a status, or an error, which is a key of `DELIVERY_ERRORS`.

    ``retry_after_s`` is the wait that the endpoint asked for.
    """

    status: int | None
    duration_ms: int
    error: str | None = None
    text: str = ""
    retry_after_s: float = 0.0


class WebhookSender:
    """HTTP session that keeps connections open; for one thread at a time.

    ``ca_bundle`` is a file of certificates that replace the usual trusted ones.
    """

    def __init__(self, *, allow_loopback: bool, ca_bundle: str | None = None) -> None:
        self._session = HTTPSession(
            Config(
                ip_filter_enable=True,
                ip_filter_allow_loopback_ips=allow_loopback,
                never_redirect=True,
                default_timeout=(CONNECT_TIMEOUT_S, TIMEOUT_S),
                user_agent_override=USER_AGENT,
            )
        )
        if ca_bundle is not None:
            self._session.verify = ca_bundle
        # No proxy, because it would resolve the name itself, without the check of the address.
        self._session.trust_env = False
        for scheme in ("http", "https"):
            adapter: Any = _PublicAdapter(scheme == "https", allow_loopback=allow_loopback)
            adapter.poolmanager.pool_classes_by_scheme = _POOLS
            self._session.mount(f"{scheme}://", adapter)

    def post(
        self, url: str, body: str, headers: Mapping[str, str], *, timeout_s: float = TIMEOUT_S
    ) -> AttemptResult:
        """Send a request and return the result; never raises for what the other side does."""
        began_s = time.monotonic()
        with _deadline(timeout_s) as deadline:
            status, error, text, retry_after_s = None, None, "", 0.0
            try:
                response = self._session.post(
                    url,
                    data=body.encode(),
                    headers={"Content-Type": "application/json", **headers},
                    stream=True,
                )
                status, retry_after_s = response.status_code, _retry_after_s(response)
                text = _read_start(response)
            except (RequestException, OSError, UnicodeError) as problem:
                error = "timeout" if deadline.is_over else _error_code(problem)
        # Endpoints must not recognize us by cookies.
        self._session.cookies.clear()
        duration_ms = round((time.monotonic() - began_s) * 1000)
        return AttemptResult(status, duration_ms, error, text, retry_after_s)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


@dataclass
class _Deadline:
    """Connections of an attempt, which are shut down when its time is over."""

    connections: list[Any] = field(default_factory=list)
    is_over: bool = False

    def add(self, connection: Any) -> None:
        self.connections.append(connection)
        if self.is_over:
            raise TimeoutError

    def end(self) -> None:
        self.is_over = True
        for connection in self.connections:
            with suppress(OSError, AttributeError):
                # A thread blocked in a read returns at once with the end of the stream.
                getattr(connection, "sock", connection).shutdown(socket.SHUT_RDWR)


_thread_local = threading.local()


@contextmanager
def _deadline(timeout_s: float) -> Iterator[_Deadline]:
    deadline = _Deadline()
    timer = threading.Timer(timeout_s, deadline.end)
    timer.daemon = True
    _thread_local.deadline = deadline
    timer.start()
    try:
        yield deadline
    finally:
        timer.cancel()
        for connection in deadline.connections:
            if isinstance(connection, socket.socket):
                connection.close()


class _DeadlineMixin:
    """Connection that registers with the attempt's deadline, whether it is new or reused."""

    def _new_conn(self) -> socket.socket:
        opened: socket.socket = super()._new_conn()  # type: ignore[misc]
        # A duplicate of the socket, because TLS takes over the first one and the handshake must be
        # interruptible, too.
        _thread_local.deadline.add(opened.dup())
        return opened

    def request(self, *args: Any, **named: Any) -> None:
        _thread_local.deadline.add(self)
        super().request(*args, **named)  # type: ignore[misc]


class _HttpConnection(_DeadlineMixin, HTTPConnection):
    pass


class _HttpsConnection(_DeadlineMixin, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _PublicAdapter(IPFilterAdapter):
    """Adapter that also refuses deprecated addresses and those with an IPv4 address inside."""

    def build_connection_pool_key_attributes(self, *args: Any, **named: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **named)
        resolved = ip_address(host["host"].strip("[]").partition("%")[0])
        is_allowed = self._allow_loopback and resolved.is_loopback
        if not is_allowed and not is_public_address(resolved):
            raise InvalidIPAddress(resolved)
        return host, pool


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


def _read_start(response: Response) -> str:
    """Return the beginning of the body; "" if it can't be read or arrives too late."""
    try:
        begun = response.raw.read(BODY_READ_BYTES, decode_content=True)
    except Exception:  # noqa: BLE001 - a broken body must not hide the status
        return ""
    finally:
        # The pool reuses the connection if the body was read completely, and drops it otherwise.
        response.close()
    return strip_unstorable(begun.decode("utf-8", "replace"))[:BODY_KEPT]


def _retry_after_s(response: Response) -> float:
    """Return the seconds of ``Retry-After``, which may be seconds or a date (RFC 9110, 10.2.3)."""
    try:
        return Retry().parse_retry_after(response.headers.get("Retry-After", "0"))
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0


def _error_code(problem: Exception) -> str:
    if isinstance(problem, InvalidIPAddress):
        return "private"
    if isinstance(problem, SSLError):
        return "tls"
    if isinstance(problem, Timeout | TimeoutError):
        return "timeout"
    return "unknown_name" if "resolve" in str(problem) else "unreachable"
