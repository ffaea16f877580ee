"""Have a token's calls take turns over all processes, so that one is under way when it dies.

The next call begins when the one before is answered. Where answers take longer than the quota's
pace, part of the quota would be left unused: who has fallen a second behind that pace goes beside
the call under way. See docs/decisions/dead-tokens.md.
"""

from __future__ import annotations

import math
import os
import time
import uuid
from threading import Lock, get_ident

from redis import Redis

from portal.ecwid.token_verification import BLOCK_PREFIX, DEAD, STATE_PREFIX

# How far a token's calls may fall behind the pace. It also frees the turn of who was killed.
MAX_LAG_S = 1.0
# Who may call every few milliseconds has had the quota lifted, and takes no turns.
MIN_INTERVAL_S = 0.005
# A confirmation of a token's death takes as long as one call, mostly a moment.
SUSPECT_POLL_S = 0.05

# Returns 0 for a turn, -1 for a dead token, or after how many milliseconds to ask again: about an
# eighth of what the call under way has taken, so that a quick one isn't missed for long and a
# slow one is not asked about often. `late` is how far calls are behind the pace because another was
# under way, not for the quota; `asked` and `urgent` are when somebody, and somebody urgent, was
# last sent away for that.
_ACQUIRE = """
local me, pace, behind = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local is_urgent, dead, doubt_nap = ARGV[4] == '1', ARGV[5], tonumber(ARGV[6])
local held = redis.call('PTTL', KEYS[1])
if held > 0 then
  local doubt = redis.call('GET', KEYS[2])
  if doubt == dead then return -1 end
  return doubt and math.min(held, doubt_nap) or held
end
if pace == 0 then return 0 end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local turn = redis.call('HMGET', KEYS[3], 'owner', 'began', 'late', 'asked', 'urgent')
local owner, began, late = turn[1] or '', tonumber(turn[2] or 0), tonumber(turn[3] or 0)
local asked, urgent = tonumber(turn[4] or 0), tonumber(turn[5] or 0)
local is_busy = owner ~= '' and owner ~= me
local late_now = late + now - began - pace
local is_early = is_busy and late_now <= behind
if is_early or (now - urgent < 100 and not is_urgent) then
  if is_early then asked = now end
  redis.call('HSET', KEYS[3], 'asked', asked, 'urgent', is_urgent and now or urgent)
  return math.ceil(is_early and math.max(2, math.min((now - began) / 8, 50)) or 5)
end
redis.call('HSET', KEYS[3], 'owner', me, 'began', now, 'urgent', 0,
  'late', is_busy and math.min(late_now, behind + pace / 4) or late,
  'former', is_busy and owner or '', 'former_began', began, 'former_late', late)
redis.call('PEXPIRE', KEYS[3], 5000)
return 0
"""
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
_CANCEL = """
local turn = redis.call('HMGET', KEYS[1], 'owner', 'former', 'former_began', 'former_late')
if turn[1] == ARGV[1] then
  redis.call('HSET', KEYS[1], 'owner', turn[2], 'began', turn[3], 'late', turn[4])
end
"""


class TokenLock:
    """Keep in Redis whose turn it is with a token; while Redis is away, among our threads.

    A turn belongs to its thread: who asks for another has had its answer.
    """

    def __init__(self, redis: Redis, per_minute: int) -> None:
        pace_s = 60 / per_minute
        self._interval_s = 0.0 if pace_s < MIN_INTERVAL_S else min(pace_s, MAX_LAG_S)
        self._acquire = redis.register_script(_ACQUIRE)
        self._release = redis.register_script(_RELEASE)
        self._cancel = redis.register_script(_CANCEL)
        self._process = uuid.uuid4().hex
        self._local: dict[str, tuple[str, float]] = {}
        self._lock = Lock()

    def acquire(self, key: str, *, is_urgent: bool) -> float:
        """Take the token's turn and return 0, or return after how many seconds to ask again.

        Infinity for a dead token. Raises RedisError.
        """
        wait_ms = self._acquire(
            keys=[BLOCK_PREFIX + key, STATE_PREFIX + key, _lock_key(key)],
            args=[*self._owner_and_times(), int(is_urgent), DEAD, _ms(SUSPECT_POLL_S)],
        )
        return math.inf if wait_ms < 0 else wait_ms / 1000

    def release(self, key: str) -> None:
        """Let the next call begin: this one is answered. Raises RedisError."""
        if self._interval_s:
            self._release(keys=[_lock_key(key)], args=self._owner_and_times())

    def cancel(self, key: str) -> None:
        """Undo `acquire`: the call isn't made. Raises RedisError."""
        if self._interval_s:
            self._cancel(keys=[_lock_key(key)], args=[self._owner_id()])

    def acquire_locally(self, key: str) -> float:
        """Take the turn among our own threads and return 0, or return when to ask again."""
        now_s, me = time.monotonic(), self._owner_id()
        with self._lock:
            owner, until_s = self._local.get(key, (me, 0.0))
            if owner != me and now_s < until_s:
                return SUSPECT_POLL_S
            self._local[key] = me, now_s + MAX_LAG_S
            return 0.0

    def release_locally(self, key: str) -> None:
        """Let the next of our own threads call."""
        with self._lock:
            if self._local.get(key, ("", 0.0))[0] == self._owner_id():
                del self._local[key]

    def _owner_and_times(self) -> list[str | int]:
        return [self._owner_id(), _ms(self._interval_s), _ms(MAX_LAG_S)]

    def _owner_id(self) -> str:
        # A process may have forked since the start, and threads come and go.
        return f"{self._process}:{os.getpid()}:{get_ident()}"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _lock_key(key: str) -> str:
    return f"portal:token-lock:{key}"
