"""Refusal of requests whose Host is not the portal's, before anything reads them.

Links in answers begin with the request's host, and a cache or a rebound name could hand them to
others. Flask's TRUSTED_HOSTS comes after the receiver, can't except the probes, and leaves its
error page without URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portal.config import Settings
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.accounts.security_events import record_security_event
from portal.services.runtime import Runtime
from portal.web.webhooks.receiver import PATHS as WEBHOOK_PATHS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
# Load balancers and Kubernetes ask by the address of a machine. The answers have no links.
PROBE_PATHS = ("/healthz", "/healthz/daemon", "/readyz")
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::[0-9]{1,5})?", re.IGNORECASE)


class TrustedHosts:
    """WSGI application that answers requests for other hosts with 400."""

    def __init__(self, runtime: Runtime, app: WSGIApplication) -> None:
        self._app = app
        self._runtime = runtime
        self._hosts = trusted_hosts(runtime.settings)
        address = runtime.settings.portal_url
        self._answer = f"This is not an address of the portal. Use {address}\n".encode()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on if it is for the portal's host, or a probe."""
        path = environ.get("PATH_INFO", "")
        if host_name(environ.get("HTTP_HOST", "")) in self._hosts or path in PROBE_PATHS:
            return self._app(environ, start_response)
        if path in WEBHOOK_PATHS:
            self._runtime.rejected_webhooks.count(RejectionReason.WRONG_HOST)
        else:
            kind = SecurityEventKind.HOST_REFUSED
            record_security_event(self._runtime, kind, ip_address=self._address_of(environ))
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(self._answer))),
            ("Cache-Control", "no-store"),
        ]
        start_response("400 Bad Request", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self._answer]

    def _address_of(self, environ: WSGIEnvironment) -> str:
        """Return the sender's address; only what comes later reads it from the proxies' header."""
        count = self._runtime.settings.trusted_proxies
        header = environ.get("HTTP_X_FORWARDED_FOR", "")
        forwarded = header.split(",")
        if header and 0 < count <= len(forwarded):
            return str(forwarded[-count]).strip()
        return str(environ.get("REMOTE_ADDR", ""))


def trusted_hosts(settings: Settings) -> frozenset[str]:
    """Return the host of PORTAL_URL, and in development also the names of this machine."""
    own = (urlsplit(settings.portal_url).hostname or "").encode("idna").decode("ascii")
    return frozenset((own,) if settings.is_production else (own, *LOCAL_HOSTS))


def host_name(header: str) -> str:
    """Return the name in a Host header without its port, in lower case; "" if it is invalid.

    The port is not compared: behind a proxy it may be one that only the proxy knows.
    """
    found = _HOST.fullmatch(header)
    return (found[1] or found[2]).lower() if found else ""
