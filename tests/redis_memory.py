"""Redis without free memory, as an operator would find it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis


@contextmanager
def full_redis(redis: Redis) -> Iterator[None]:
    """Let the server refuse all writes that need memory during the block."""
    before = redis.config_get("maxmemory")["maxmemory"]
    redis.config_set("maxmemory", 1)
    try:
        yield
    finally:
        redis.config_set("maxmemory", before)
