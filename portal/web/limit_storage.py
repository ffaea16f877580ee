"""Storage of the rate limits: counters in Redis with short names, also while it is full."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from limits.storage import MemoryStorage, RedisStorage
from redis.exceptions import OutOfMemoryError

_SCHEME = "counters+"
_DIGEST_BYTES = 16


def storage_uri(effective_redis_url: str) -> str:
    """Return the address of this storage for the limits library."""
    return _SCHEME + effective_redis_url


class CounterStorage(RedisStorage):
    """Counters whose names in Redis are digests, so that no caller decides how long they are.

    While Redis refuses writes because its memory is full, this process counts alone.
    """

    STORAGE_SCHEME = [f"{_SCHEME}{scheme}" for scheme in ("redis", "rediss", "unix")]  # noqa: RUF012

    def __init__(self, uri: str, **options: Any) -> None:
        super().__init__(uri.removeprefix(_SCHEME), **options)
        self._local = MemoryStorage()

    def prefixed_key(self, key: str) -> str:
        """Return the name of a counter in Redis."""
        return f"{self.key_prefix}:{_digest(key)}"

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a call; return how many were counted in the window of ``expiry`` seconds."""
        try:
            return super().incr(key, expiry, amount)
        except OutOfMemoryError:
            return super().get(key) + self._local.incr(_digest(key), expiry, amount)

    def get(self, key: str) -> int:
        """Return how many calls were counted in the window."""
        return super().get(key) + self._local.get(_digest(key))

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since 1970."""
        return max(super().get_expiry(key), self._local.get_expiry(_digest(key)))


def _digest(key: str) -> str:
    return blake2b(key.encode(errors="replace"), digest_size=_DIGEST_BYTES).hexdigest()
