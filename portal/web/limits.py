"""Rate limits by IP address and by account, counted in Redis, or in memory while it is
unavailable.

Sign-ins have limits by account of their own: `portal.services.sign_in_throttle`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Flask, Response, request
from flask_limiter import Limiter, RequestLimit
from flask_login import current_user
from redis import RedisError

from portal.config import Settings
from portal.rules.accounts.networks import caller_network, network_of
from portal.services.accounts.sign_up import email_key
from portal.web.limit_storage import storage_uri

STORAGE_TIMEOUT_S = 1

log = structlog.get_logger(__name__)

SIGN_IN_BY_ADDRESS = "30 per minute"
# Of a signed-in merchant, who repeats the password. No window is so long that somebody with a
# stolen session locks the owner out for a day.
SIGN_IN_BY_ACCOUNT = "5 per minute; 20 per hour"
SIGN_UP_BY_ADDRESS = "10 per hour"
# Of one network to one address, so that others can't keep its owner from getting a link; and of all
# networks, so that nobody's mailbox is filled.
SIGN_UP_BY_NETWORK = "3 per hour"
SIGN_UP_BY_ACCOUNT = "10 per hour"
EMAILS_BY_MERCHANT = "20 per hour"
# Support invites many merchants on some days; a stolen account can't mail thousands.
CONNECT_LINK_EMAILS_BY_OPERATOR = "60 per hour"
# Each may exchange a code at Ecwid, which keeps a web worker busy for up to ten seconds.
CONNECT_BY_ADDRESS = "30 per minute"
# Ecwid blocks callers of dead tokens after 20 calls a minute; a wrong token costs two.
TOKENS_BY_MERCHANT = "5 per minute; 60 per day"
SYNC_BY_ADDRESS = "12 per minute"
CONTROL_BY_ADDRESS = "60 per minute"
# Each is sent to an address that its owner chooses, and keeps a sender busy for up to ten seconds.
TEST_EVENTS_BY_ENDPOINT = "10 per minute"


def address_key() -> str:
    """Return the rate limit key of the caller: an IPv4 address, or the /64 of an IPv6 address."""
    return caller_network(request.remote_addr or "")


def _log_exceeded(exceeded: RequestLimit) -> None:
    """Log that a limit refuses the call, without its key, which may be what somebody typed."""
    log.warning(
        "rate_limit.exceeded",
        endpoint=request.endpoint,
        limit=str(exceeded.limit),
        network=network_of(request.remote_addr or ""),
    )


limiter = Limiter(address_key, default_limits=[], on_breach=_log_exceeded)


def set_up_limits(app: Flask, settings: Settings) -> None:
    """Count in the Redis server of ``settings``."""
    app.config.update(
        RATELIMIT_STORAGE_URI=storage_uri(settings.effective_redis_url),
        RATELIMIT_STORAGE_OPTIONS={
            "socket_connect_timeout": STORAGE_TIMEOUT_S,
            "socket_timeout": STORAGE_TIMEOUT_S,
            "key_prefix": "portal:limit",
        },
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        # A call that one limit refuses counts against the others, too: that of its address.
        RATELIMIT_FAIL_ON_FIRST_BREACH=False,
        RATELIMIT_KEY_PREFIX="portal",
        # The limiter would add Retry-After to every response.
        RATELIMIT_HEADERS_ENABLED=False,
    )
    # Its lines about exceeded limits have the key. `_log_exceeded` replaces them.
    limiter.logger.setLevel(logging.WARNING)
    app.after_request(_add_wait)
    limiter.init_app(app)


@dataclass(frozen=True)
class LimitState:
    """A limit that this call was counted by, after the call."""

    is_shared: bool  # by several endpoints
    is_exceeded: bool
    quota: int
    window_s: int
    remaining: int
    resets_in_s: int


def limit_states() -> Sequence[LimitState]:
    """Return the limits that this call was counted by; none if Redis has stopped since then."""
    try:
        return [_state(limit) for limit in limiter.current_limits]
    except RedisError as error:
        log.warning("rate_limit.state_unavailable", error=type(error).__name__)
        return ()


def wait_of_exceeded_limit_s() -> int | None:
    """Return the seconds until the limit that this call exceeds resets; None if it exceeds none."""
    return max((each.resets_in_s for each in limit_states() if each.is_exceeded), default=None)


def _state(limit: RequestLimit) -> LimitState:
    window_s = limit.limit.get_expiry()
    # Redis rounds the time that is left; `reset_at` has a second more.
    resets_in_s = math.ceil(limit.reset_at - time.time())
    return LimitState(
        limit.shared,
        limit.breached,
        limit.limit.amount,
        window_s,
        limit.remaining,
        min(window_s, resets_in_s),
    )


def _add_wait(response: Response) -> Response:
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS and not response.retry_after:
        response.retry_after = wait_of_exceeded_limit_s()
    return response


def account_key() -> str:
    """Return the rate limit key of the account of the email in the form, whether or not it exists.

    All spellings of an address have the same one.
    """
    return f"account {email_key(request.form.get('email', ''))}"


def account_and_network_key() -> str:
    """Return the rate limit key of one network's requests about an account."""
    return f"{network_of(request.remote_addr or '')} {account_key()}"


def merchant_key() -> str:
    """Return the rate limit key of the signed-in merchant; that of the caller's address if none."""
    if current_user.is_authenticated:
        return f"merchant {current_user.merchant.id}"
    return address_key()


def is_failure(response: Response) -> bool:
    """Return whether a sign-in counts against the limit: only failed ones do."""
    return response.status_code >= HTTPStatus.BAD_REQUEST
