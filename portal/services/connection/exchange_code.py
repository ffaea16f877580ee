"""Exchange of an authorization code for a token, at most once for each code.

A second exchange of a code at Ecwid fails and revokes the token that the first one gave (older
official docs, "OAuth"). So a callback that a browser repeats never reaches Ecwid again.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from redis import RedisError

from portal.ecwid.oauth import TokenResponse
from portal.errors.connect import TokenResponseError
from portal.services.link_tokens import token_digest
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

USED_CODE_PREFIX = "portal:oauth-code:"
USED_CODE_TTL = timedelta(days=7)


def exchange_code(runtime: Runtime, code: str, store_id: int | None) -> TokenResponse:
    """Exchange ``code`` for a token; ``store_id`` is the callback's untrusted claim.

    Raises TokenResponseError. If that is retryable, the same code may be exchanged again.
    """
    key = USED_CODE_PREFIX + token_digest(code)
    if not _mark_used(runtime, key):
        raise TokenResponseError("the code was used before")
    try:
        return runtime.oauth.exchange(code, store_id)
    except TokenResponseError as error:
        if error.retryable:
            _unmark(runtime, key)
        raise


def _mark_used(runtime: Runtime, key: str) -> bool:
    """Mark a code as used; return False if it was used before. True while Redis is unreachable."""
    try:
        return bool(runtime.redis.set(key, "1", nx=True, ex=USED_CODE_TTL))
    except RedisError as error:
        log.warning("oauth.code_not_marked", error=type(error).__name__)
        return True


def _unmark(runtime: Runtime, key: str) -> None:
    try:
        runtime.redis.delete(key)
    except RedisError as error:
        log.warning("oauth.code_still_marked", error=type(error).__name__)
