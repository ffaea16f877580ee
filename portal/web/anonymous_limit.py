"""Rate limit of visitors who aren't signed in, on all paths: also unknown ones and probes.

Webhooks of Ecwid never get here; see `portal.web.webhooks`. The API has limits of its own.
"""

from __future__ import annotations

import time

import structlog
from flask import Flask, request
from flask_login import current_user
from limits import parse
from redis import RedisError
from werkzeug.exceptions import TooManyRequests

from portal.rules.accounts.networks import is_this_machine, network_of
from portal.web.limits import address_key, limiter
from portal.web.login import SHARED_FILES

log = structlog.get_logger(__name__)

ANONYMOUS_BY_ADDRESS = parse("600 per minute")
SCOPE = "anonymous"
# No request waits for Redis again soon after it has failed.
PAUSE_S = 10


class AnonymousLimit:
    """Count of one process; `check` runs before each request."""

    def __init__(self) -> None:
        self._paused_until_s = 0.0

    def check(self) -> None:
        """Respond with 429 if the caller's address has sent too many requests.

        A request of this machine comes from a monitor or from a reverse proxy, which sends all
        visitors' requests because ``PORTAL_TRUSTED_PROXIES`` doesn't count it.
        """
        is_counted = not is_this_machine(request.remote_addr or "") and _is_anonymous()
        if not is_counted or time.monotonic() < self._paused_until_s:
            return
        try:
            is_allowed = limiter.limiter.hit(ANONYMOUS_BY_ADDRESS, address_key(), SCOPE)
        except RedisError as error:
            self._paused_until_s = time.monotonic() + PAUSE_S
            log.warning("anonymous_limit.redis_unavailable", error=type(error).__name__)
            return
        if not is_allowed:
            network = network_of(request.remote_addr or "")
            log.warning(
                "rate_limit.exceeded", endpoint=request.endpoint, limit=SCOPE, network=network
            )
            raise TooManyRequests(retry_after=ANONYMOUS_BY_ADDRESS.get_expiry())


def set_up_anonymous_limit(app: Flask) -> None:
    """Check each request; call it after the sign-in is set up."""
    app.before_request(AnonymousLimit().check)


def _is_anonymous() -> bool:
    """Return whether no other limit counts the call. Files cost less than counting them would."""
    if request.endpoint in SHARED_FILES or (request.blueprint == "api" and request.endpoint):
        return False
    return not current_user.is_authenticated
