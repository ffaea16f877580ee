"""Token verification: blocks a refused token in all processes until one call has verified it.

A refusal may concern one endpoint only, so the first process that meets one calls ``GET /profile``
while all others wait. If the profile is refused, too, the token is dead and isn't used again. See
docs/decisions/dead-tokens.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

import structlog
from redis import Redis, RedisError

from portal.ecwid.errors import EcwidError, EcwidTokenError

log = structlog.get_logger(__name__)

# Longest duration of one call. If the verifying process is killed, others wait no longer.
SUSPECT_TTL_S = 30.0
# Longer than any process keeps a token without reading the current one from the database.
DEAD_TTL_S = 3600.0

SUSPECT, DEAD = b"suspect", b"dead"
# Prefixes of Redis keys; the token's key follows. Every call reads the first one. The second one
# explains a block that isn't due to a 429.
BLOCK_PREFIX, STATE_PREFIX = "portal:rate-limit-block:", "portal:token-state:"


class TokenVerification:
    """States of suspect and dead tokens in Redis, with a copy in this process's memory."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._local: dict[str, tuple[bytes, float]] = {}
        self._lock = Lock()

    def mark_suspect(self, key: str) -> bool:
        """Mark the token as suspect and block it; return whether the caller must verify it."""
        is_first_here = self._mark_suspect_locally(key)
        try:
            pipe = self._redis.pipeline()
            pipe.set(BLOCK_PREFIX + key, "1", px=round(SUSPECT_TTL_S * 1000), nx=True)
            pipe.pexpire(BLOCK_PREFIX + key, round(SUSPECT_TTL_S * 1000), gt=True)
            pipe.set(STATE_PREFIX + key, SUSPECT, px=round(SUSPECT_TTL_S * 1000), nx=True)
            return bool(pipe.execute()[-1])
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)
        return is_first_here

    def confirm(self, key: str, ask: Callable[[], object]) -> bool:
        """Verify the token with a call; return True if it is valid.

        Only one caller does this, and all others wait until the suspicion expires. Without a
        response the token stays suspect.
        """
        try:
            ask()
        except EcwidTokenError:
            self.mark_dead(key)
            return False
        except EcwidError as error:
            # For a dead token Ecwid reports nothing else, neither a plan nor a scope error.
            if error.retryable:
                return False
        self.mark_valid(key)
        return True

    def mark_dead(self, key: str) -> None:
        """Mark the token as dead for all processes: the profile was refused, too."""
        with self._lock:
            self._local[key] = DEAD, time.monotonic() + DEAD_TTL_S
        try:
            pipe = self._redis.pipeline()
            pipe.set(BLOCK_PREFIX + key, "1", px=round(DEAD_TTL_S * 1000))
            pipe.set(STATE_PREFIX + key, DEAD, px=round(DEAD_TTL_S * 1000))
            pipe.execute()
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)

    def mark_valid(self, key: str) -> None:
        """Mark the token as valid and unblock it: a call succeeded, or it was granted again."""
        with self._lock:
            self._local.pop(key, None)
        try:
            self._redis.delete(BLOCK_PREFIX + key, STATE_PREFIX + key)
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)

    def local_state(self, key: str) -> bytes | None:
        """Return the state that this process knows without Redis."""
        state, until_s = self._local.get(key, (None, 0.0))
        return state if time.monotonic() < until_s else None

    def _mark_suspect_locally(self, key: str) -> bool:
        with self._lock:
            if self.local_state(key) is not None:
                return False
            self._local[key] = SUSPECT, time.monotonic() + SUSPECT_TTL_S
            return True
