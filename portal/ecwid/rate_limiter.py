"""Share the quota of one token among all processes of all hosts.

Ecwid lets each token make 600 requests a minute and answers the rest with 429. A moving window in
Redis counts the calls of everybody; background reading leaves a reserve, so that what people and
events wait for goes first. Calls take turns, too. See docs/decisions/quota.md.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass
from enum import StrEnum

import structlog
from limits import RateLimitItemPerSecond, WindowStats
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis, RedisError

from portal.ecwid.token_lock import DOUBT_NAP_S, Turns
from portal.ecwid.token_verification import DEAD, TokenDoubts, hold_key
from portal.rules.work.backoff import CHANCE

log = structlog.get_logger(__name__)

# A second more than Ecwid's minute: calls take different times to arrive, and may bunch up there.
WINDOW_S = 61
# Slots of a window that background reading leaves to others: 1 in 60.
RESERVE_SHARE = 60
# Background reading is spread evenly over the minute. A burst at the start of a window would leave
# people nothing but the reserve for the rest of it. Over two seconds, so that a reader that a busy
# machine has held up catches up, and none waits longer than its patience.
PACE_S = 2
PACE_SHARE = 30
# Without Redis nobody knows of the others: a process takes what is left when so many share.
PROCESSES_ASSUMED = 8
SHORTEST_WAIT_S = 0.02
LONGEST_NAP_S = 0.5


class Lane(StrEnum):
    """Name who waits for a call; `PATIENCE_S` is for how long."""

    INTERACTIVE = "interactive"  # a person, an event, an order
    BACKGROUND = "background"  # a sync run, which can go on later


PATIENCE_S = {Lane.INTERACTIVE: 5.0, Lane.BACKGROUND: 4.0}


class Governor:
    """Count every token's calls in Redis; while Redis is away, in this process alone."""

    def __init__(self, redis: Redis, per_minute: int) -> None:
        self._redis = redis
        self._shared = MovingWindowRateLimiter(
            RedisStorage("redis://", connection_pool=redis.connection_pool, key_prefix="portal")
        )
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerSecond(per_minute, WINDOW_S, namespace="quota")
        self._item_alone = RateLimitItemPerSecond(
            max(1, per_minute // PROCESSES_ASSUMED), WINDOW_S, namespace="quota"
        )
        self._pace = RateLimitItemPerSecond(
            max(1, per_minute // PACE_SHARE), PACE_S, namespace="quota-pace"
        )
        self._reserve = per_minute // RESERVE_SHARE
        self._held_until: dict[str, float] = {}
        self._turns = Turns(redis, per_minute)
        self.doubts = TokenDoubts(redis)

    def share(self, access_token: str, lane: Lane) -> QuotaShare:
        """Return one token's share for one lane; the token itself is kept nowhere."""
        key = hashlib.sha256(access_token.encode()).hexdigest()[:16]
        return QuotaShare(self, key, lane)

    def wait_s(self, key: str, lane: Lane) -> float:
        """Take turn and slot and return 0, or return after how many seconds to ask again.

        Infinity for a dead token.
        """
        try:
            wait_s = self._turns.begin(key, is_urgent=lane is Lane.INTERACTIVE)
            if wait_s == 0 and (wait_s := self._shared_wait_s(key, lane)) > 0:
                self._turns.give_back(key)
        except RedisError as error:
            log.warning("quota.redis_away", error=type(error).__name__)
            wait_s = self._alone_wait_s(key)
        return wait_s

    def end_turn(self, key: str) -> None:
        """Let the next call with this token begin: ours is answered."""
        self._turns.end_alone(key)
        try:
            self._turns.end(key)
        except RedisError as error:
            log.warning("quota.redis_away", error=type(error).__name__)

    def hold(self, key: str, seconds: float) -> None:
        """Keep everybody from calling with this token for so long: Ecwid has answered 429."""
        self._held_until[key] = time.monotonic() + seconds
        try:
            hold_ms = max(1, round(seconds * 1000))
            # Never for shorter than before: a dead token stays held.
            if not self._redis.set(hold_key(key), "1", px=hold_ms, nx=True):
                self._redis.pexpire(hold_key(key), hold_ms, gt=True)
        except RedisError as error:
            log.warning("quota.redis_away", error=type(error).__name__)

    def _shared_wait_s(self, key: str, lane: Lane) -> float:
        if lane is Lane.BACKGROUND:
            window = self._shared.get_window_stats(self._item, key)
            if window.remaining <= self._reserve:
                return _until(window)
            wait_s = _taken(self._shared, self._pace, key)
            if wait_s > 0:
                return wait_s
        return _taken(self._shared, self._item, key)

    def _alone_wait_s(self, key: str) -> float:
        if (doubt := self.doubts.state_alone(key)) is not None:
            return math.inf if doubt == DEAD else DOUBT_NAP_S
        held_s = self._held_until.get(key, 0.0) - time.monotonic()
        if held_s > 0:
            return held_s
        wait_s = self._turns.begin_alone(key)
        if wait_s == 0 and (wait_s := _taken(self._alone, self._item_alone, key)) > 0:
            self._turns.end_alone(key)
        return wait_s


def _taken(limiter: MovingWindowRateLimiter, item: RateLimitItemPerSecond, key: str) -> float:
    """Take a slot and return 0, or return after how many seconds the oldest one lapses."""
    if limiter.hit(item, key):
        return 0.0
    return _until(limiter.get_window_stats(item, key))


def _until(window: WindowStats) -> float:
    return max(window.reset_time - time.time(), SHORTEST_WAIT_S)


@dataclass(frozen=True)
class QuotaShare:
    """Hold one token's way into the quota."""

    governor: Governor
    key: str
    lane: Lane

    def take(self) -> float:
        """Wait for turn and slot and return 0; return the wait that is left when patience ends.

        Infinity, at once, for a token that is dead. `end_turn` follows when the call is over.
        """
        deadline = time.monotonic() + PATIENCE_S[self.lane]
        while True:
            wait_s = self.governor.wait_s(self.key, self.lane)
            if wait_s <= 0:
                return 0.0
            if time.monotonic() + wait_s > deadline:
                return wait_s
            time.sleep(min(wait_s, LONGEST_NAP_S) * CHANCE.uniform(1.0, 1.1))

    def end_turn(self) -> None:
        """Let the next call begin: ours is answered."""
        self.governor.end_turn(self.key)

    def hold(self, seconds: float) -> None:
        """Tell everybody to wait: Ecwid has answered 429."""
        self.governor.hold(self.key, seconds)

    def doubt(self) -> bool:
        """Hold the token for everybody; return whether the caller has to confirm its death."""
        return self.governor.doubts.begin(self.key)

    def bury(self) -> None:
        """Have nobody use the token again: the profile was refused, too."""
        self.governor.doubts.bury(self.key)

    def trust(self) -> None:
        """End doubt and hold: the token lives, or was given anew."""
        self.governor.doubts.trust(self.key)
