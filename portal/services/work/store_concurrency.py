"""Concurrency limit per store and queue: a store that doesn't answer occupies one thread.

Several jobs of a store may run at the same time, such as the runs of its resources. If its API
hangs, each of them would occupy a thread until its timeout, and a few such stores all threads of
the queue. So a further job of a store begins only if the store has answered any call in the last
seconds. Redis has the jobs under way and the answers of all processes; while it is unavailable,
nothing is limited.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from redis import Redis, RedisError

from portal.models.base import released_connection

log = structlog.get_logger(__name__)

ANSWER_TTL_S = 5.0
# An answer is written this often at most.
RECORD_EVERY_S = 1.0
# Longer than a call may take (25 s). Afterwards a job has answers, or its host is gone.
JOB_TTL_S = 30.0
# How long a store may take for the first answer before its other jobs are postponed.
FIRST_ANSWER_S = 1.0
POLL_S = 0.02
# When to look again whether a store answers that didn't.
RETRY_AFTER = timedelta(seconds=5)

# KEYS: jobs of the store and queue by the end of their entry, the store's answer.
# ARGV: the job, TTL of its entry, time for the first answer; the times in milliseconds.
# Returns 0 if the job may begin, the milliseconds in which the store may still answer, or -1.
_BEGIN = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local ttl, patience = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local jobs = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if #jobs == 0 or redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('ZADD', KEYS[1], now + ttl, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ttl)
  return 0
end
local left = patience - (now - (jobs[2] - ttl))
return left > 0 and math.ceil(left) or -1
"""


@dataclass
class StoreConcurrency:
    """Jobs under way and latest answers of all stores; threads can share one."""

    redis: Redis
    _recorded_s: dict[int, float] = field(default_factory=dict)

    def record_answer(self, store_id: int) -> None:
        """Record that the store has answered a call, whatever the answer."""
        now_s = time.monotonic()
        if now_s - self._recorded_s.get(store_id, -RECORD_EVERY_S) < RECORD_EVERY_S:
            return
        self._recorded_s[store_id] = now_s
        try:
            self.redis.set(_answer_key(store_id), "1", px=round(ANSWER_TTL_S * 1000))
        except RedisError as error:
            log.warning("store_concurrency.redis_unavailable", error=type(error).__name__)

    @contextmanager
    def limited(self, queue: str, store_id: int) -> Iterator[bool]:
        """Count a job of the store during the block; yield False if it must not begin now.

        The job waits for a moment if another one has just begun: a store that answers its first
        call then gets all jobs at once.
        """
        # The process is named, so that others notice when it was killed.
        job = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"
        key = f"portal:store-jobs:{queue}:{store_id}"
        try:
            may_begin = self._begin(key, job, store_id)
        except RedisError as error:
            log.warning("store_concurrency.redis_unavailable", error=type(error).__name__)
            may_begin = True
        if not may_begin:
            log.info("store_concurrency.limited", queue=queue, store=store_id)
            yield False
            return
        try:
            yield True
        finally:
            self._end(key, job)

    def _begin(self, key: str, job: str, store_id: int) -> bool:
        wait_ms = self._try(key, job, store_id)
        if wait_ms != 0 and self._forget_killed(key):
            wait_ms = self._try(key, job, store_id)
        if wait_ms > 0:
            with released_connection():
                until_s = time.monotonic() + wait_ms / 1000
                while wait_ms > 0 and time.monotonic() < until_s:
                    time.sleep(POLL_S)
                    wait_ms = self._try(key, job, store_id)
        return wait_ms == 0

    def _try(self, key: str, job: str, store_id: int) -> int:
        wait_ms: int = self.redis.register_script(_BEGIN)(
            keys=[key, _answer_key(store_id)],
            args=[job, round(JOB_TTL_S * 1000), round(FIRST_ANSWER_S * 1000)],
        )
        return wait_ms

    def _forget_killed(self, key: str) -> bool:
        """Remove jobs of killed processes of this host; return whether there were any."""
        jobs: list[Any] = self.redis.zrange(key, 0, -1)
        killed = [job for job in jobs if _is_killed(job.decode())]
        return bool(killed) and bool(self.redis.zrem(key, *killed))

    def _end(self, key: str, job: str) -> None:
        try:
            self.redis.zrem(key, job)
        except RedisError as error:
            log.warning("store_concurrency.redis_unavailable", error=type(error).__name__)


def _is_killed(job: str) -> bool:
    host, pid, _ = job.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _answer_key(store_id: int) -> str:
    return f"portal:store-answered:{store_id}"
