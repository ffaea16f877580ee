"""Values of OAuth that count once: authorization codes, and the ``state`` of a consent.

Redis has their digests for as long as they could be used again. It is also the only place that all
processes and all copies of a browser's cookie share. While it is unreachable a code still counts
once at Ecwid, and a state once in its browser, whose cookie forgets it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from redis import RedisError

from portal.services.link_tokens import token_digest
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def mark_used(runtime: Runtime, prefix: str, value: str, ttl: timedelta) -> bool:
    """Mark a value as used; return False if it was used before. True while Redis is unreachable."""
    try:
        return bool(runtime.redis.set(prefix + token_digest(value), "1", nx=True, ex=ttl))
    except RedisError as error:
        log.warning("oauth.use_not_marked", error=type(error).__name__)
        return True


def unmark_used(runtime: Runtime, prefix: str, value: str) -> None:
    """Let a value be used again."""
    try:
        runtime.redis.delete(prefix + token_digest(value))
    except RedisError as error:
        log.warning("oauth.use_still_marked", error=type(error).__name__)
