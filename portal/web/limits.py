"""Rate limits by IP address and by account, counted in Redis, or in memory while it is
unavailable.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Flask, Response, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from flask_login import current_user
from redis import RedisError

from portal.config import Settings
from portal.rules.records.email_addresses import normalize_email

STORAGE_TIMEOUT_S = 1

log = structlog.get_logger(__name__)
limiter = Limiter(get_remote_address, default_limits=[])

SIGN_IN_BY_ADDRESS = "30 per minute"
SIGN_IN_BY_ACCOUNT = "5 per minute; 50 per day"
SIGN_UP_BY_ADDRESS = "10 per hour"
SIGN_UP_BY_ACCOUNT = "3 per hour"
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


def set_up_limits(app: Flask, settings: Settings) -> None:
    """Count in the Redis server of ``settings``."""
    app.config.update(
        RATELIMIT_STORAGE_URI=_storage_of(settings.effective_redis_url),
        RATELIMIT_STORAGE_OPTIONS={
            "socket_connect_timeout": STORAGE_TIMEOUT_S,
            "socket_timeout": STORAGE_TIMEOUT_S,
        },
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_KEY_PREFIX="portal",
        # The limiter would add Retry-After to every response.
        RATELIMIT_HEADERS_ENABLED=False,
    )
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
    """Return the rate limit key of an account: the email in the form, whether or not it exists."""
    return normalize_email(request.form.get("email", ""))


def merchant_key() -> str:
    """Return the rate limit key of the signed-in merchant; the IP address of anonymous visitors."""
    if current_user.is_authenticated:
        return f"merchant {current_user.merchant.id}"
    return get_remote_address()


def is_failure(response: Response) -> bool:
    """Return whether a sign-in counts against the limit: only failed ones do."""
    return response.status_code >= HTTPStatus.BAD_REQUEST


def _storage_of(effective_redis_url: str) -> str:
    """Return the address in the scheme of the limits library."""
    return effective_redis_url.replace("unix://", "redis+unix://", 1)
