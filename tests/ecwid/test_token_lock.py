"""Calls with one token run one at a time, unless responses are slower than the quota's interval."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from portal.ecwid import token_lock as module
from portal.ecwid.token_lock import TokenLock

KEY = "one"
PER_MINUTE = 600
pytestmark = pytest.mark.promise(6)


@pytest.fixture
def ours(redis: Redis) -> TokenLock:
    """Token lock of one process."""
    return TokenLock(redis, PER_MINUTE)


@pytest.fixture
def theirs(redis: Redis) -> TokenLock:
    """Token lock of another process."""
    return TokenLock(redis, PER_MINUTE)


def begun(
    lock: TokenLock, key: str = KEY, *, is_urgent: bool = False, within_s: float = 0.0
) -> bool:
    """Return whether the lock was acquired within this time."""
    deadline = time.monotonic() + within_s
    while (wait_s := lock.acquire(key, is_urgent=is_urgent)) > 0:
        if time.monotonic() > deadline:
            return False
        time.sleep(wait_s)
    return True


def test_next_call_starts_when_the_previous_one_is_answered(
    ours: TokenLock, theirs: TokenLock
) -> None:
    assert begun(ours)
    assert not begun(theirs)
    assert begun(theirs, "another token")

    ours.release(KEY)

    assert begun(theirs)
    assert not begun(ours)


def test_owner_may_acquire_the_lock_again(ours: TokenLock) -> None:
    assert begun(ours)

    assert begun(ours)


def test_only_the_owner_releases_the_lock(ours: TokenLock, theirs: TokenLock) -> None:
    assert begun(ours)

    theirs.release(KEY)
    theirs.cancel(KEY)

    assert not begun(theirs)


def test_urgent_call_goes_first(redis: Redis, ours: TokenLock, theirs: TokenLock) -> None:
    person = TokenLock(redis, PER_MINUTE)
    assert begun(ours)
    assert not begun(theirs)
    assert not begun(person, is_urgent=True)
    ours.release(KEY)

    assert not begun(theirs)
    assert begun(person, is_urgent=True)
    person.release(KEY)
    assert begun(theirs)


def test_lock_of_a_killed_process_expires(
    ours: TokenLock, theirs: TokenLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    assert begun(ours)
    started_s = time.monotonic()

    assert begun(theirs, within_s=5)

    assert time.monotonic() - started_s > 0.1


def test_slow_responses_do_not_reduce_the_quota(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    readers = [TokenLock(redis, PER_MINUTE * 5) for _ in range(20)]
    started_s = time.monotonic()

    # None of them is ever answered.
    assert all(begun(reader, within_s=5) for reader in readers)

    # Once they are that late, they start at the quota's interval.
    assert 0.1 + 19 * 0.02 <= time.monotonic() - started_s < 19 * (0.1 + 0.02)


def test_quick_responses_make_up_for_lateness(
    ours: TokenLock, theirs: TokenLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.2)
    assert begun(ours)
    assert begun(theirs, within_s=5)
    for _ in range(4):
        theirs.release(KEY)
        assert begun(theirs)
    started_s = time.monotonic()

    assert begun(ours, within_s=5)

    assert time.monotonic() - started_s > 0.2


def test_bulk_calls_start_at_the_quota_rate_from_the_beginning(redis: Redis) -> None:
    readers = [TokenLock(redis, PER_MINUTE * 5) for _ in range(10)]
    started_s = time.monotonic()

    # None of them is ever answered.
    for reader in readers:
        while (wait_s := reader.acquire(KEY, is_urgent=False, is_bulk=True)) > 0:
            time.sleep(wait_s)

    # They may be a third quicker than the quota, to make up for idle time.
    assert 9 * 0.015 <= time.monotonic() - started_s < module.MAX_LAG_S


def test_background_calls_are_spread_and_make_up_for_idle_time(redis: Redis) -> None:
    lock = TokenLock(redis, PER_MINUTE, spread_s=100.0, credit_s=200.0)

    waits = [lock.acquire(KEY, is_urgent=False) for _ in range(4)]

    assert waits[:3] == [0, 0, 0]
    assert 99 < waits[3] <= 100
    assert lock.acquire(KEY, is_urgent=True) == 0


def test_background_calls_are_further_apart_while_urgent_calls_are_made(redis: Redis) -> None:
    lock = TokenLock(redis, PER_MINUTE, spread_s=100.0, shared_spread_s=200.0)
    assert not lock.has_urgent(KEY)

    assert lock.acquire(KEY, is_urgent=True) == 0
    assert lock.has_urgent(KEY)
    assert not lock.has_urgent("another token")
    assert lock.acquire(KEY, is_urgent=False) == 0

    assert 199 < lock.acquire(KEY, is_urgent=False) <= 200


def test_urgent_calls_are_forgotten_after_a_while(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "URGENT_SEEN_S", 0.001)
    lock = TokenLock(redis, PER_MINUTE, spread_s=100.0, shared_spread_s=200.0)

    assert lock.acquire(KEY, is_urgent=True) == 0
    while lock.has_urgent(KEY):
        pass
    assert lock.acquire(KEY, is_urgent=False) == 0

    assert 99 < lock.acquire(KEY, is_urgent=False) <= 100


def test_canceled_call_gives_its_place_back(redis: Redis) -> None:
    lock = TokenLock(redis, PER_MINUTE, spread_s=100.0, credit_s=0.0)
    assert lock.acquire(KEY, is_urgent=False) == 0

    lock.cancel(KEY)

    assert lock.acquire(KEY, is_urgent=False) == 0
    assert lock.acquire(KEY, is_urgent=False) > 0


def test_waiting_for_quota_does_not_count_as_late(
    ours: TokenLock, theirs: TokenLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    assert begun(ours)
    assert not begun(theirs)
    ours.release(KEY)
    time.sleep(0.25)
    assert begun(ours)

    assert not begun(theirs)


def test_lock_given_back_counts_as_never_acquired(
    redis: Redis, ours: TokenLock, theirs: TokenLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    third = TokenLock(redis, PER_MINUTE)
    assert begun(ours)
    assert begun(theirs, within_s=5)

    theirs.cancel(KEY)

    state = redis.hgetall("portal:token-lock:one")
    assert state[b"owner"].decode().startswith(ours._process)
    ours.release(KEY)
    assert begun(third)


def test_lock_given_back_to_an_answered_call_is_free(
    ours: TokenLock, theirs: TokenLock, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    assert begun(ours)
    assert begun(theirs, within_s=5)

    ours.release(KEY)
    theirs.cancel(KEY)

    assert begun(TokenLock(redis, PER_MINUTE))


def test_lifted_quota_takes_no_lock(redis: Redis) -> None:
    assert begun(TokenLock(redis, 1_000_000))

    assert begun(TokenLock(redis, 1_000_000))
    assert redis.keys() == []


def test_threads_of_a_process_share_a_lock_without_redis() -> None:
    with Redis.from_url("redis://127.0.0.1:1") as away, ThreadPoolExecutor(1) as other:
        lock = TokenLock(away, PER_MINUTE)

        assert lock.acquire_locally(KEY) == 0
        assert other.submit(lock.acquire_locally, KEY).result() > 0
        other.submit(lock.release_locally, KEY).result()
        assert other.submit(lock.acquire_locally, KEY).result() > 0
        lock.release_locally(KEY)
        assert other.submit(lock.acquire_locally, KEY).result() == 0
