"""Counts of failed sign-ins, in Redis, or in this process while Redis is unavailable or full.

Accounts share `BUCKETS` buckets by a keyed digest of their address, so strangers who try any number
of addresses can't create more keys. Nothing here depends on whether an account exists. An account
is named by `portal.services.accounts.sign_up.email_key`.
"""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import blake2b
from threading import Lock
from typing import Any

import structlog
from redis import Redis, RedisError
from redis.client import Pipeline

from portal.rules.accounts.sign_in_throttle import (
    Failures,
    Origin,
    count_try,
    expires_in_s,
    forgive,
    remaining,
)

log = structlog.get_logger(__name__)

BUCKETS = 2**14
PASSWORD, CODE = "password", "code"
_KINDS = (PASSWORD, CODE)
# A count's name in Redis: 48 bits are enough to distinguish the few callers of one bucket.
_NAME_BYTES = 6

_States = Mapping[str, Failures]
# Function of the known counts that returns an answer and the counts that have changed.
_Change = Callable[[_States], tuple[float, _States]]


class SignInThrottle:
    """Counts of all accounts; ``secret`` keeps others from computing who shares a bucket."""

    def __init__(self, redis: Redis, secret: str) -> None:
        self._redis = redis
        self._secret = blake2b(secret.encode()).digest()
        self._local: dict[str, dict[str, Failures]] = {}
        self._lock = Lock()

    def begin(self, kind: str, account: str, origin: Origin) -> float:
        """Count a try that is about to be checked; return the seconds that it has to wait.

        0 means that it may be checked now. Call `succeed` if it was right.
        """
        hidden, now_s = self._hidden(origin), time.time()

        def change(known: _States) -> tuple[float, _States]:
            answer = count_try(known, hidden, now_s)
            return answer.wait_s, answer.failures

        return self._update(self._key(kind, account), change, now_s)

    def succeed(self, kind: str, account: str, origin: Origin) -> None:
        """Forget the failures of this caller, whose password or code was right."""
        key, hidden, now_s = self._key(kind, account), self._hidden(origin), time.time()

        def change(known: _States) -> tuple[float, _States]:
            return 0, forgive(known, hidden)

        self._update(key, change, now_s)
        if key in self._local:
            self._update_local(key, change, now_s)

    def clear(self, account: str, *kinds: str) -> bool:
        """Forget all failures of the account, by default of passwords and codes.

        Returns False if there were none.
        """
        keys = [self._key(kind, account) for kind in kinds or _KINDS]
        with self._lock:
            found = [self._local.pop(key, None) for key in keys]
        try:
            deleted: Any = self._redis.delete(*keys)
        except RedisError as error:
            self._report(error)
            deleted = 0
        return bool(deleted) or any(found)

    def _update(self, key: str, change: _Change, now_s: float) -> float:
        try:
            return self._update_redis(key, change, now_s)
        except RedisError as error:
            self._report(error)
        return self._update_local(key, change, now_s)

    def _update_local(self, key: str, change: _Change, now_s: float) -> float:
        with self._lock:
            wait_s, changed = change(self._local.get(key, {}))
            if changed:
                self._local[key] = _counting({**self._local.get(key, {}), **changed}, now_s)
        return wait_s

    def _update_redis(self, key: str, change: _Change, now_s: float) -> float:
        """Change the counts; it is repeated if another process changes them at the same time."""

        def attempt(calls: Pipeline) -> float:
            found: Any = calls.hgetall(key)
            known = {name.decode(): _decoded(text) for name, text in found.items()}
            wait_s, changed = change(known)
            calls.multi()
            if changed:
                kept = _counting({**known, **changed}, now_s)
                calls.delete(key)
                if kept:
                    calls.hset(key, mapping={name: _encoded(each) for name, each in kept.items()})
                    calls.expire(key, expires_in_s(kept, now_s))
            return wait_s

        redis: Any = self._redis  # its types know no value of the function
        waited: float = redis.transaction(attempt, key, value_from_callable=True)
        return waited

    def _key(self, kind: str, account: str) -> str:
        number = int.from_bytes(self._digest(account, 4), "big") % BUCKETS
        return f"portal:sign-in:{kind}:{number}"

    def _hidden(self, origin: Origin) -> Origin:
        """Return the origin with a digest of its network; the browser's name is random."""
        name = urlsafe_b64encode(self._digest(origin.network, _NAME_BYTES)).decode()
        return Origin(name, origin.browser)

    def _digest(self, text: str, size: int) -> bytes:
        return blake2b(text.encode(errors="replace"), key=self._secret, digest_size=size).digest()

    @staticmethod
    def _report(error: RedisError) -> None:
        log.warning("sign_in_throttle.redis_unavailable", error=type(error).__name__)


def _counting(failures: _States, now_s: float) -> dict[str, Failures]:
    return {name: each for name, each in failures.items() if remaining(each, now_s)}


def _encoded(failures: Failures) -> str:
    return f"{failures.tries}:{failures.at_s:.0f}"


def _decoded(text: bytes) -> Failures:
    tries, _colon, at_s = text.decode().partition(":")
    return Failures(int(tries), float(at_s))
