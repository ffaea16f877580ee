"""Share the quota of one token among all processes of all hosts.

Ecwid lets each token make 600 requests a minute and answers the rest with 429. A moving window in
Redis counts the calls of everybody; background reading leaves a reserve, so that what people and
events wait for goes first. Calls take turns, too. See docs/decisions/quota.md.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog
from limits import RateLimitItemPerSecond, WindowStats
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis, RedisError

from portal.ecwid.errors import EcwidError, EcwidTokenError
from portal.ecwid.token_lock import SUSPECT_POLL_S, TokenLock
from portal.ecwid.token_verification import BLOCK_PREFIX, DEAD, TokenVerification
from portal.rules.work.backoff import CHANCE

log = structlog.get_logger(__name__)

# A second more than Ecwid's minute: calls take different times to arrive, and may bunch up there.
WINDOW_S = 61
# Slots of a window that background reading leaves to others: 1 in 60.
RESERVE_DIVISOR = 60
# Background reading is spread evenly over the minute. A burst at the start of a window would leave
# people nothing but the reserve for the rest of it. Over two seconds, so that a reader that a busy
# machine has held up catches up, and none waits longer than its patience.
PACE_S = 2
PACE_DIVISOR = 30
# Without Redis nobody knows of the others: a process takes what is left when so many share.
PROCESSES_ASSUMED = 8
MIN_WAIT_S = 0.02
MAX_SLEEP_S = 0.5


class Priority(StrEnum):
    """Name who waits for a call; `MAX_WAIT_S` is for how long."""

    INTERACTIVE = "interactive"  # a person, an event, an order
    BACKGROUND = "background"  # a sync run, which can go on later


MAX_WAIT_S = {Priority.INTERACTIVE: 5.0, Priority.BACKGROUND: 4.0}


class RateLimiter:
    """Count every token's calls in Redis; while Redis is away, in this process alone."""

    def __init__(self, redis: Redis, per_minute: int) -> None:
        self._redis = redis
        self._shared = MovingWindowRateLimiter(
            RedisStorage("redis://", connection_pool=redis.connection_pool, key_prefix="portal")
        )
        self._local = MovingWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerSecond(per_minute, WINDOW_S, namespace="rate-limit")
        self._local_item = RateLimitItemPerSecond(
            max(1, per_minute // PROCESSES_ASSUMED), WINDOW_S, namespace="rate-limit"
        )
        self._pace = RateLimitItemPerSecond(
            max(1, per_minute // PACE_DIVISOR), PACE_S, namespace="rate-limit-pace"
        )
        self._reserve = per_minute // RESERVE_DIVISOR
        self._blocked_until: dict[str, float] = {}
        self._token_lock = TokenLock(redis, per_minute)
        self.verification = TokenVerification(redis)

    def for_token(self, access_token: str, priority: Priority) -> TokenRateLimiter:
        """Return one token's share for one lane; the token itself is kept nowhere."""
        key = hashlib.sha256(access_token.encode()).hexdigest()[:16]
        return TokenRateLimiter(self, key, priority)

    def wait_s(self, key: str, priority: Priority) -> float:
        """Take turn and slot and return 0, or return after how many seconds to ask again.

        Infinity for a dead token.
        """
        try:
            wait_s = self._token_lock.acquire(key, is_urgent=priority is Priority.INTERACTIVE)
            if wait_s == 0 and (wait_s := self._shared_wait_s(key, priority)) > 0:
                self._token_lock.cancel(key)
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)
            wait_s = self._local_wait_s(key)
        return wait_s

    def release(self, key: str) -> None:
        """Let the next call with this token begin: ours is answered."""
        self._token_lock.release_locally(key)
        try:
            self._token_lock.release(key)
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)

    def block(self, key: str, seconds: float) -> None:
        """Keep everybody from calling with this token for so long: Ecwid has answered 429."""
        self._blocked_until[key] = time.monotonic() + seconds
        try:
            block_ms = max(1, round(seconds * 1000))
            # Never for shorter than before: a dead token stays held.
            if not self._redis.set(BLOCK_PREFIX + key, "1", px=block_ms, nx=True):
                self._redis.pexpire(BLOCK_PREFIX + key, block_ms, gt=True)
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)

    def _shared_wait_s(self, key: str, priority: Priority) -> float:
        if priority is Priority.BACKGROUND:
            window = self._shared.get_window_stats(self._item, key)
            if window.remaining <= self._reserve:
                return _until(window)
            wait_s = _taken(self._shared, self._pace, key)
            if wait_s > 0:
                return wait_s
        return _taken(self._shared, self._item, key)

    def _local_wait_s(self, key: str) -> float:
        if (mark_suspect := self.verification.local_state(key)) is not None:
            return math.inf if mark_suspect == DEAD else SUSPECT_POLL_S
        blocked_s = self._blocked_until.get(key, 0.0) - time.monotonic()
        if blocked_s > 0:
            return blocked_s
        wait_s = self._token_lock.acquire_locally(key)
        if wait_s == 0 and (wait_s := _taken(self._local, self._local_item, key)) > 0:
            self._token_lock.release_locally(key)
        return wait_s


def _taken(limiter: MovingWindowRateLimiter, item: RateLimitItemPerSecond, key: str) -> float:
    """Take a slot and return 0, or return after how many seconds the oldest one lapses."""
    if limiter.hit(item, key):
        return 0.0
    return _until(limiter.get_window_stats(item, key))


def _until(window: WindowStats) -> float:
    return max(window.reset_time - time.time(), MIN_WAIT_S)


@dataclass(frozen=True)
class TokenRateLimiter:
    """Hold one token's way into the quota."""

    limiter: RateLimiter
    key: str
    priority: Priority

    def acquire(self) -> float:
        """Wait for turn and slot and return 0; return the wait that is left when patience ends.

        Infinity, at once, for a token that is dead. `release` follows when the call is over.
        """
        deadline = time.monotonic() + MAX_WAIT_S[self.priority]
        while True:
            wait_s = self.limiter.wait_s(self.key, self.priority)
            if wait_s <= 0:
                return 0.0
            if time.monotonic() + wait_s > deadline:
                return wait_s
            time.sleep(min(wait_s, MAX_SLEEP_S) * CHANCE.uniform(1.0, 1.1))

    def release(self) -> None:
        """Let the next call begin: ours is answered."""
        self.limiter.release(self.key)

    def block(self, seconds: float) -> None:
        """Tell everybody to wait: Ecwid has answered 429."""
        self.limiter.block(self.key, seconds)

    def mark_suspect(self) -> bool:
        """Hold the token for everybody; return whether the caller has to confirm its death."""
        return self.limiter.verification.mark_suspect(self.key)

    def confirm(self, ask: Callable[[], object]) -> None:
        """Find out by a call whether the token is valid; without an answer the doubt stays.

        Only one caller does this, and all others wait until the doubt expires.
        """
        try:
            ask()
        except EcwidTokenError:
            self.mark_dead()
        except EcwidError as error:
            # For a dead token Ecwid reports neither plan nor scope.
            if not error.retryable:
                self.mark_valid()
        else:
            self.mark_valid()

    def mark_dead(self) -> None:
        """Have nobody use the token again: the profile was refused, too."""
        self.limiter.verification.mark_dead(self.key)

    def mark_valid(self) -> None:
        """End doubt and hold: the token lives, or was given anew."""
        self.limiter.verification.mark_valid(self.key)
