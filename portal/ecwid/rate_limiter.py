"""Rate limiter that shares the quota of one token among all processes of all hosts.

Ecwid allows 600 requests a minute per token and answers the rest with 429. A sliding window in
Redis counts the calls of all processes. While a person, an event or a quote makes calls, background
reads leave a reserve for them, and quotes leave one for people and events. Calls with one token are
also serialized by the token lock. See docs/decisions/quota.md.
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

from portal.ecwid.token_lock import SUSPECT_POLL_S, TokenLock
from portal.ecwid.token_queue import TokenQueue
from portal.ecwid.token_verification import BLOCK_PREFIX, DEAD, TokenVerification
from portal.rules.sync.look_ahead import moving_mean
from portal.rules.work.backoff import CHANCE

log = structlog.get_logger(__name__)

# One second longer than Ecwid's minute. Network latency varies, so calls that the portal counts in
# different windows may reach Ecwid in the same minute.
WINDOW_S = 61
# Background reads leave one slot in 60 to others, if those have called in the last ten seconds.
RESERVE_DIVISOR = 60
# Quotes of a channel may use nine tenths of the quota, so that orders and events are never late
# because of them.
QUOTE_SHARE = 0.9
# Background reads are spread evenly over the window. A burst at its start would leave people only
# the reserve for the rest of it. Two seconds without calls may be made up for: the first page of a
# list from a slow store, or a busy machine.
CREDIT_S = 2.0
# Without Redis a process doesn't see the others. It then uses the quota divided by this number.
PROCESSES_ASSUMED = 8
MIN_WAIT_S = 0.02
MAX_SLEEP_S = 0.5


class Priority(StrEnum):
    """Priority of a call; `MAX_WAIT_S` has the max wait of each."""

    INTERACTIVE = "interactive"  # a person, an event or an order waits for it
    QUOTE = "quote"  # a program asks for prices or stock
    BACKGROUND = "background"  # a sync run, which can continue later


# A quote waits in a web worker, so its caller gets the time to wait instead.
MAX_WAIT_S = {Priority.INTERACTIVE: 5.0, Priority.QUOTE: 1.0, Priority.BACKGROUND: 4.0}
# Waiting behind the process's own calls doesn't show that the quota is exhausted: several lists of
# a store request up to `MAX_PAGES` pages each.
MAX_QUEUE_S = {Priority.INTERACTIVE: 5.0, Priority.QUOTE: 2.0, Priority.BACKGROUND: 8.0}


class RateLimiter:
    """Rate limiter in Redis that falls back to this process's memory while Redis is unavailable."""

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
        self._reserve = per_minute // RESERVE_DIVISOR
        self._quote_item = RateLimitItemPerSecond(
            max(1, int(per_minute * QUOTE_SHARE)), WINDOW_S, namespace="quote-rate-limit"
        )
        self.calls_per_s = per_minute / 60
        self.call_s: dict[str, float] = {}
        self.queue = TokenQueue()
        self._blocked_until: dict[str, float] = {}
        self._token_lock = TokenLock(
            redis,
            per_minute,
            spread_s=WINDOW_S / per_minute,
            shared_spread_s=WINDOW_S / (per_minute - self._reserve),
            credit_s=CREDIT_S,
        )
        self.verification = TokenVerification(redis)

    def for_token(self, access_token: str, priority: Priority) -> TokenRateLimiter:
        """Return a token's access to the quota; only a hash of the token is stored."""
        key = hashlib.sha256(access_token.encode()).hexdigest()[:16]
        return TokenRateLimiter(self, key, priority)

    def wait_s(self, key: str, priority: Priority, *, is_bulk: bool = False) -> float:
        """Take the token lock and a slot and return 0, or return the seconds until the next try.

        Returns infinity for a dead token.
        """
        is_urgent = priority is not Priority.BACKGROUND
        try:
            wait_s = self._token_lock.acquire(key, is_urgent=is_urgent, is_bulk=is_bulk)
            if wait_s == 0 and (wait_s := self._shared_wait_s(key, priority)) > 0:
                self._token_lock.cancel(key)
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)
            wait_s = self._local_wait_s(key)
        return wait_s

    def release(self, key: str) -> None:
        """Release the token lock: the call has its response."""
        self._token_lock.release_locally(key)
        try:
            self._token_lock.release(key)
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)

    def block(self, key: str, seconds: float) -> None:
        """Block all calls with this token for some seconds, because Ecwid returned 429."""
        self._blocked_until[key] = time.monotonic() + seconds
        try:
            block_ms = max(1, round(seconds * 1000))
            # NX and GT never shorten an existing block, so a dead token stays blocked.
            if not self._redis.set(BLOCK_PREFIX + key, "1", px=block_ms, nx=True):
                self._redis.pexpire(BLOCK_PREFIX + key, block_ms, gt=True)
        except RedisError as error:
            log.warning("rate_limiter.redis_unavailable", error=type(error).__name__)

    def _shared_wait_s(self, key: str, priority: Priority) -> float:
        if priority is Priority.BACKGROUND and self._token_lock.has_urgent(key):
            window = self._shared.get_window_stats(self._item, key)
            if window.remaining <= self._reserve:
                return _until(window)
        if priority is not Priority.QUOTE:
            return _taken(self._shared, self._item, key)
        window = self._shared.get_window_stats(self._quote_item, key)
        if window.remaining <= 0:
            return _until(window)
        wait_s = _taken(self._shared, self._item, key)
        if wait_s <= 0:
            self._shared.hit(self._quote_item, key)
        return wait_s

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
    """Take a slot and return 0, or return the seconds until the oldest slot expires."""
    if limiter.hit(item, key):
        return 0.0
    return _until(limiter.get_window_stats(item, key))


def _until(window: WindowStats) -> float:
    return max(window.reset_time - time.time(), MIN_WAIT_S)


@dataclass(frozen=True)
class TokenRateLimiter:
    """One token's access to the rate limiter, with a priority."""

    limiter: RateLimiter
    key: str
    priority: Priority

    @property
    def calls_per_s(self) -> float:
        """Return the quota's calls per second."""
        return self.limiter.calls_per_s

    @property
    def call_s(self) -> float | None:
        """Return how long this process's latest calls took on average; None before the first."""
        return self.limiter.call_s.get(self.key)

    def record_call(self, seconds: float) -> None:
        """Record how long a successful call took, without its wait for the quota."""
        self.limiter.call_s[self.key] = moving_mean(self.call_s, seconds)

    def acquire(self, *, is_bulk: bool = False) -> float:
        """Wait for the token lock and a slot; return 0, or the remaining wait after the max wait.

        ``is_bulk`` says that many calls follow. Returns infinity at once for a dead token. The
        caller calls `release` after the call.
        """
        queue = f"{self.key}:{self.priority}"
        with self.limiter.queue.first_in_line(queue, MAX_QUEUE_S[self.priority]) as is_first:
            return self._acquire(is_bulk=is_bulk) if is_first else MIN_WAIT_S

    def _acquire(self, *, is_bulk: bool) -> float:
        deadline = time.monotonic() + MAX_WAIT_S[self.priority]
        while True:
            wait_s = self.limiter.wait_s(self.key, self.priority, is_bulk=is_bulk)
            if wait_s <= 0:
                return 0.0
            if time.monotonic() + wait_s > deadline:
                return wait_s
            time.sleep(min(wait_s, MAX_SLEEP_S) * CHANCE.uniform(1.0, 1.1))

    def release(self) -> None:
        """Release the token lock: the call has its response."""
        self.limiter.release(self.key)

    def block(self, seconds: float) -> None:
        """Block this token in all processes, because Ecwid returned 429."""
        self.limiter.block(self.key, seconds)

    def mark_suspect(self) -> bool:
        """Mark the token as suspect and block it; return whether the caller must verify it."""
        return self.limiter.verification.mark_suspect(self.key)

    def confirm(self, ask: Callable[[], object]) -> bool:
        """Verify the token with a call; return True if it is valid; see `TokenVerification`."""
        return self.limiter.verification.confirm(self.key, ask)

    def mark_valid(self) -> None:
        """Mark the token as valid and unblock it: a call succeeded, or it was granted again."""
        self.limiter.verification.mark_valid(self.key)
