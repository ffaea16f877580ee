"""Token buckets in Redis, shared by all processes; in memory while Redis is unavailable.

See docs/decisions/call-limits.md.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Lock

import structlog
from redis import Redis, RedisError

from portal.rules.api_keys.token_bucket import Bucket, BucketState, take_call, used_at

# A process that lost Redis tries it again after this time, with one call.
RETRY_S = 5.0
# Full buckets are dropped from memory when there are as many buckets.
LOCAL_BUCKETS = 1_000
_PREFIX = "portal:call-bucket:"

# Returns for each bucket the microseconds that it needed to be full before the call. Takes the call
# unless one of them is empty. A bucket is the time at which it is full, and expires at that time.
# `%.0f` because Lua would write such a large number with 14 digits.
_TAKE = """
local clock = redis.call('TIME')
local now, used, is_refused = clock[1] * 1000000 + clock[2], {}, false
for i, key in ipairs(KEYS) do
  local interval, capacity = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local full_at = tonumber(redis.call('GET', key) or now)
  used[i] = math.min(math.max(full_at - now, 0), capacity)
  is_refused = is_refused or capacity - used[i] < interval
end
if is_refused then return used end
for i, key in ipairs(KEYS) do
  local left = used[i] + tonumber(ARGV[2 * i - 1])
  redis.call('SET', key, string.format('%.0f', now + left), 'PX', math.ceil(left / 1000))
end
return used
"""

log = structlog.get_logger(__name__)


class TokenBuckets:
    """All token buckets of a process."""

    def __init__(self, redis: Redis) -> None:
        self._take = redis.register_script(_TAKE)
        self._retry_at_s: float | None = None
        self._local: dict[str, int] = {}
        self._prune_at = LOCAL_BUCKETS
        self._lock = Lock()

    def take(self, buckets: Sequence[Bucket]) -> tuple[BucketState, ...]:
        """Take a call from all of the buckets, or from none if one of them is empty.

        Takes one round trip to Redis.
        """
        if self._should_use_redis():
            try:
                states = take_call(buckets, self._take_shared(buckets))
            except RedisError as error:
                log.warning("call_limits.redis_unavailable", error=type(error).__name__)
                self._retry_at_s = time.monotonic() + RETRY_S
            else:
                self._retry_at_s = None
                return states
        return self._take_locally(buckets)

    def _should_use_redis(self) -> bool:
        """Return whether to try Redis; while it is away, one thread does so at a time."""
        if self._retry_at_s is None:
            return True
        with self._lock:
            now_s = time.monotonic()
            if self._retry_at_s is not None and now_s < self._retry_at_s:
                return False
            self._retry_at_s = now_s + RETRY_S
            return True

    def _take_shared(self, buckets: Sequence[Bucket]) -> list[int]:
        limits = [(each.limit.interval_us, each.limit.capacity_us) for each in buckets]
        found: list[int] = self._take(
            keys=[_PREFIX + each.key for each in buckets],
            args=[number for pair in limits for number in pair],
        )
        return found

    def _take_locally(self, buckets: Sequence[Bucket]) -> tuple[BucketState, ...]:
        now_us = time.monotonic_ns() // 1_000
        with self._lock:
            used = [used_at(self._local.get(each.key), now_us, each.limit) for each in buckets]
            states = take_call(buckets, used)
            if not any(each.is_empty for each in states):
                self._local |= {each.bucket.key: now_us + each.used_us for each in states}
            if len(self._local) >= self._prune_at:
                self._local = {key: at for key, at in self._local.items() if at > now_us}
                self._prune_at = max(LOCAL_BUCKETS, 2 * len(self._local))
        return states
