"""Keep a token still, in all processes, from its first refusal until one call has confirmed it.

A refused call may be one endpoint's own affair, so ``GET /profile`` is asked; by whoever meets the
refusal first, while everybody else waits. A token that is refused there, too, is not used again.
See docs/decisions/dead-tokens.md.
"""

from __future__ import annotations

import time
from threading import Lock

import structlog
from redis import Redis, RedisError

log = structlog.get_logger(__name__)

# As long as a call may take. Whoever was to confirm and was killed holds nobody for longer.
SUSPECT_TTL_S = 30.0
# Longer than anybody keeps a token without asking the database for the one in force.
DEAD_TTL_S = 3600.0

SUSPECT, DEAD = b"suspect", b"dead"
# Each is followed by the token's key. Everybody reads the first before each call; the second says
# why a token is held, if not because of its quota.
BLOCK_PREFIX, STATE_PREFIX = "portal:rate-limit-block:", "portal:token-state:"


class TokenVerification:
    """Keep in Redis which tokens are in doubt or dead; while Redis is away, in this process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._local: dict[str, tuple[bytes, float]] = {}
        self._lock = Lock()

    def mark_suspect(self, key: str) -> bool:
        """Hold the token for everybody; return whether the caller has to confirm its death."""
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

    def mark_dead(self, key: str) -> None:
        """Have nobody use the token again: the profile was refused, too."""
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
        """End doubt and hold: the token lives, or was given anew."""
        with self._lock:
            self._local.pop(key, None)
        try:
            self._redis.delete(BLOCK_PREFIX + key, STATE_PREFIX + key)
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)

    def local_state(self, key: str) -> bytes | None:
        """Return what this process knows by itself."""
        state, until_s = self._local.get(key, (None, 0.0))
        return state if time.monotonic() < until_s else None

    def _mark_suspect_locally(self, key: str) -> bool:
        with self._lock:
            if self.local_state(key) is not None:
                return False
            self._local[key] = SUSPECT, time.monotonic() + SUSPECT_TTL_S
            return True
