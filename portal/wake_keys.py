"""Wake keys in Redis: each names the RQ job that waits for one unit of work.

A wake-up is enqueued only if no job waits for the same work. The key's existence isn't enough to
know that, because a job may be lost; so the job itself is looked up. A job waits

- while it is *created*: reserved here, and its enqueuing follows in the next call to Redis. The
  reservation expires, in case that the process dies in between.
- while it is *queued*, the queue isn't empty, and no worker has taken it. RQ keeps a job that was
  taken and not started in an intermediate list, where a killed worker leaves it for minutes.

A script decides and reserves, so two processes never enqueue the same work. See
docs/decisions/wake-ups.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis

# The last resort for a job that got lost without a trace, for example by a person's command.
KEY_TTL_S = 3_600
RESERVATION_TTL_S = 10

# KEYS: the queue, its intermediate list, then the wake keys, the most urgent first.
# ARGV: whether waiting jobs are replaced, depth of the queue (-1: unlimited), share of this kind of
# job, the two TTLs, prefix of RQ's job keys, then the job id to reserve for each wake key.
_RESERVE = """
local replaces, depth, share = ARGV[1] == '1', tonumber(ARGV[2]), tonumber(ARGV[3])
local prefix, options = ARGV[6], 6
local length = redis.call('LLEN', KEYS[1])
local taken = {}
for _, id in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do taken[id] = true end
local waiting, missing = 0, {}
for i = 1, #ARGV - options do
  local former = redis.call('GET', KEYS[i + 2])
  local status = former and redis.call('HGET', prefix .. former, 'status')
  if status == 'created' then
    waiting = waiting + 1
  elseif status == 'queued' and length > 0 and not taken[former] then
    if replaces then
      if redis.call('LREM', KEYS[1], 1, former) == 1 then redis.call('DEL', prefix .. former) end
      missing[#missing + 1] = i
    else
      waiting = waiting + 1
    end
  else
    missing[#missing + 1] = i
  end
end
local room = #missing
if depth >= 0 then room = math.min(room, math.max(depth - length, share - waiting, 0)) end
local reserved = {}
for k = 1, room do
  local i = missing[k]
  local id = ARGV[options + i]
  redis.call('SET', KEYS[i + 2], id, 'EX', ARGV[4])
  redis.call('HSET', prefix .. id, 'status', 'created')
  redis.call('EXPIRE', prefix .. id, ARGV[5])
  reserved[k] = i - 1
end
return reserved
"""

# KEYS: the wake key. ARGV: the job that starts.
_CLEAR = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

_JOB_PREFIX = "rq:job:"


@dataclass(frozen=True)
class Room:
    """Limits of a queue: ``depth`` jobs, and never less than ``share`` of one kind."""

    depth: int
    share: int


def wake_key(path: str, ids: tuple[object, ...]) -> str:
    """Return the Redis key that names the job that waits to do the work of ``ids``."""
    return ":".join(("portal", "woken", path, *map(str, ids)))


def reserve(
    redis: Redis,
    queue_keys: tuple[str, str],
    keys: Sequence[str],
    *,
    replaces_waiting: bool,
    room: Room | None,
) -> list[tuple[int, str]]:
    """Reserve a job for each wake key without a waiting one, as far as the queue has ``room``.

    Return each position in ``keys`` with the id of its new job, which the caller enqueues at once.
    With ``replaces_waiting`` a waiting job is removed from the queue and gets a new one, too.
    """
    new_ids = [str(uuid.uuid4()) for _ in keys]
    limits = (-1, 0) if room is None else (room.depth, room.share)
    reserved: list[int] = redis.register_script(_RESERVE)(
        keys=[*queue_keys, *keys],
        args=[int(replaces_waiting), *limits, KEY_TTL_S, RESERVATION_TTL_S, _JOB_PREFIX, *new_ids],
    )
    return [(position, new_ids[position]) for position in reserved]


def clear_wake_key(redis: Redis, key: str, job_id: str | None) -> None:
    """Delete the wake key when its job starts, because new work must wake another job.

    A key that names another job stays: that job still waits. Without ``job_id`` the key is deleted.
    """
    if job_id is None:
        redis.delete(key)
    else:
        redis.register_script(_CLEAR)(keys=[key], args=[job_id])
