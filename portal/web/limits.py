"""Rate limits by IP address and by account, counted in Redis, or in memory while it is
unavailable.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from portal.config import Settings
from portal.rules.records.email_addresses import normalize_email

STORAGE_TIMEOUT_S = 1

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
        RATELIMIT_HEADERS_ENABLED=True,
    )
    # Before the limiter, because functions that are registered later run earlier.
    app.after_request(_keep_true_wait)
    limiter.init_app(app)


def state_wait(seconds: str) -> None:
    """Give the response of this call this `Retry-After`, whatever is left of its rate limit."""
    g.stated_wait = seconds


def _keep_true_wait(response: Response) -> Response:
    """Correct the `Retry-After` that the limiter adds to each response."""
    stated = g.get("stated_wait")
    if stated is not None:
        response.headers["Retry-After"] = stated
    elif response.status_code < HTTPStatus.BAD_REQUEST:
        response.headers.pop("Retry-After", None)
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
