"""Token lock that lets only one call per token run at a time, over all processes.

It limits the use of a dead token: only one call is in flight when the token dies. The next call
starts when the previous one has its response. If responses take longer than the quota's interval,
part of the quota would stay unused, so a caller that is a second late, or that has many calls to
make, starts a call in parallel. The same script spreads background calls over the minute, further
apart while urgent calls are made.
See docs/decisions/dead-tokens.md and docs/decisions/quota.md.
"""

from __future__ import annotations

import math
import os
import time
import uuid
from threading import Lock, get_ident

from redis import Redis

from portal.ecwid.token_verification import BLOCK_PREFIX, DEAD, STATE_PREFIX

# How late a token's calls may become. It is also the lock's timeout after its owner was killed.
MAX_LAG_S = 1.0
# A shorter interval between calls means that the quota was lifted. Such calls take no lock.
MIN_INTERVAL_S = 0.005
# How long after an urgent call others leave a reserve for the next ones.
URGENT_SEEN_S = 10.0
# Poll interval while another process verifies the token, which takes about one call.
SUSPECT_POLL_S = 0.05

# Acquires the lock. Returns 0 if it is acquired, -1 for a dead token, or the milliseconds until the
# next try. That wait is an eighth of the current call's duration so far: short enough to notice the
# end of a quick call, long enough not to poll often during a slow one.
# `late` counts how far calls are behind the quota's interval because another call was in flight.
# Waiting for the quota itself does not count. `asked` and `urgent` are the times of the last
# rejected attempt and of the last rejected urgent attempt; for 100 ms after the latter, other
# callers let the urgent one go first. `former` remembers an owner that was overtaken, so that the
# lock can be given back to it. A lock that nobody uses expires after 5 seconds.
# A bulk caller counts as late and a quarter of an interval more, so it may start three quarters of
# an interval after the previous call. `paced` is the time of the next background call; calls that
# were late or not needed are made up for, but not more than `credit` milliseconds of them.
# `KEYS[4]` exists for `seen` milliseconds after the latest urgent call.
_ACQUIRE = """
local me, pace, behind = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local is_urgent, dead, suspect_poll = ARGV[4] == '1', ARGV[5], tonumber(ARGV[6])
local is_bulk, credit, seen = ARGV[7] == '1', tonumber(ARGV[8]), tonumber(ARGV[9])
local held = redis.call('PTTL', KEYS[1])
if held > 0 then
  local token_state = redis.call('GET', KEYS[2])
  if token_state == dead then return -1 end
  return token_state and math.min(held, suspect_poll) or held
end
if pace == 0 then return 0 end
if is_urgent then redis.call('SET', KEYS[4], '1', 'PX', seen) end
local spread = tonumber(ARGV[redis.call('EXISTS', KEYS[4]) == 1 and 11 or 10])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local turn = redis.call('HMGET', KEYS[3], 'owner', 'began', 'late', 'asked', 'urgent', 'paced')
local paced = math.max(tonumber(turn[6] or 0), now - credit)
if paced > now and not is_urgent then return math.ceil(paced - now) end
local owner, began, late = turn[1] or '', tonumber(turn[2] or 0), tonumber(turn[3] or 0)
local asked, urgent = tonumber(turn[4] or 0), tonumber(turn[5] or 0)
if is_bulk then late = behind + pace / 4 end
local is_busy = owner ~= '' and owner ~= me
local late_now = late + now - began - pace
local is_early = is_busy and late_now <= behind
if is_early or (now - urgent < 100 and not is_urgent) then
  if is_early then asked = now end
  redis.call('HSET', KEYS[3], 'asked', asked, 'urgent', is_urgent and now or urgent)
  if not is_early then return 5 end
  if is_bulk then return math.floor(behind - late_now) + 1 end
  return math.ceil(math.max(2, math.min((now - began) / 8, 50)))
end
redis.call('HSET', KEYS[3], 'owner', me, 'began', now, 'urgent', 0,
  'late', is_busy and math.min(late_now, behind + pace / 4) or late,
  'former', is_busy and owner or '', 'former_began', began, 'former_late', late,
  'former_paced', paced, 'paced', is_urgent and paced or paced + spread)
redis.call('PEXPIRE', KEYS[3], 5000)
return 0
"""
# Releases the lock. `late` grows by the duration of the call beyond the interval, but only if
# another caller was rejected within the last 100 ms. A quick response reduces it again.
_RELEASE = """
local me, pace, behind = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local turn = redis.call('HMGET', KEYS[1], 'owner', 'former', 'began', 'late', 'asked')
if turn[1] == me then
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local waited = now - tonumber(turn[5] or 0) < 100 and now - turn[3] or 0
  local late = math.max(0, math.min(turn[4] + waited - pace, behind))
  redis.call('HSET', KEYS[1], 'owner', '', 'late', late)
elseif turn[2] == me then redis.call('HSET', KEYS[1], 'former', '') end
"""
# Gives the lock back to the owner that was overtaken, as if it had never been acquired.
_CANCEL = """
local turn = redis.call('HMGET', KEYS[1],
  'owner', 'former', 'former_began', 'former_late', 'former_paced')
if turn[1] == ARGV[1] then
  redis.call('HSET', KEYS[1],
    'owner', turn[2], 'began', turn[3], 'late', turn[4], 'paced', turn[5])
end
"""


class TokenLock:
    """Token lock in Redis; while Redis is unavailable, among the threads of this process.

    A lock belongs to a thread. A thread that acquires it again has finished its previous call.
    Calls that are not urgent are ``spread_s`` apart on average, 0 for any distance, and make up for
    up to ``credit_s`` without calls. While urgent calls are made, too, they are ``shared_spread_s``
    apart, by default the same.
    """

    def __init__(
        self,
        redis: Redis,
        per_minute: int,
        *,
        spread_s: float = 0.0,
        shared_spread_s: float | None = None,
        credit_s: float = 0.0,
    ) -> None:
        pace_s = 60 / per_minute
        self._interval_s = 0.0 if pace_s < MIN_INTERVAL_S else min(pace_s, MAX_LAG_S)
        shared_s = spread_s if shared_spread_s is None else shared_spread_s
        self._credit_ms = _ms(credit_s)
        self._spreads_ms = [spread_s * 1000, shared_s * 1000]
        self._redis = redis
        self._acquire = redis.register_script(_ACQUIRE)
        self._release = redis.register_script(_RELEASE)
        self._cancel = redis.register_script(_CANCEL)
        self._process = uuid.uuid4().hex
        self._local: dict[str, tuple[str, float]] = {}
        self._lock = Lock()

    def acquire(self, key: str, *, is_urgent: bool, is_bulk: bool = False) -> float:
        """Acquire the token's lock and return 0, or return the seconds until the next try.

        ``is_bulk`` says that so many calls follow that they can't be made one after the other.
        Returns infinity for a dead token. Raises RedisError.
        """
        wait_ms = self._acquire(
            keys=[BLOCK_PREFIX + key, STATE_PREFIX + key, _lock_key(key), _urgent_key(key)],
            args=[
                *self._owner_and_times(),
                int(is_urgent),
                DEAD,
                _ms(SUSPECT_POLL_S),
                int(is_bulk),
                self._credit_ms,
                _ms(URGENT_SEEN_S),
                *self._spreads_ms,
            ],
        )
        return math.inf if wait_ms < 0 else wait_ms / 1000

    def has_urgent(self, key: str) -> bool:
        """Return whether an urgent call was made in the last `URGENT_SEEN_S`. Raises RedisError."""
        return bool(self._interval_s and self._redis.exists(_urgent_key(key)))

    def release(self, key: str) -> None:
        """Release the lock: the call has its response. Raises RedisError."""
        if self._interval_s:
            self._release(keys=[_lock_key(key)], args=self._owner_and_times())

    def cancel(self, key: str) -> None:
        """Undo `acquire` for a call that isn't sent. Raises RedisError."""
        if self._interval_s:
            self._cancel(keys=[_lock_key(key)], args=[self._owner_id()])

    def acquire_locally(self, key: str) -> float:
        """Acquire the lock among our own threads and return 0, or return the seconds to wait."""
        now_s, me = time.monotonic(), self._owner_id()
        with self._lock:
            owner, until_s = self._local.get(key, (me, 0.0))
            if owner != me and now_s < until_s:
                return SUSPECT_POLL_S
            self._local[key] = me, now_s + MAX_LAG_S
            return 0.0

    def release_locally(self, key: str) -> None:
        """Release the lock among this process's threads."""
        with self._lock:
            if self._local.get(key, ("", 0.0))[0] == self._owner_id():
                del self._local[key]

    def _owner_and_times(self) -> list[str | int]:
        return [self._owner_id(), _ms(self._interval_s), _ms(MAX_LAG_S)]

    def _owner_id(self) -> str:
        # Not cached, because the process may fork and threads come and go.
        return f"{self._process}:{os.getpid()}:{get_ident()}"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _lock_key(key: str) -> str:
    return f"portal:token-lock:{key}"


def _urgent_key(key: str) -> str:
    return f"portal:urgent-call:{key}"
