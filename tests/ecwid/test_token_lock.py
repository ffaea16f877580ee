"""One call at a time is made with a token, unless answers are slower than the quota's pace."""

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
    """The turns as one process knows them."""
    return TokenLock(redis, PER_MINUTE)


@pytest.fixture
def theirs(redis: Redis) -> TokenLock:
    """The turns as another process knows them."""
    return TokenLock(redis, PER_MINUTE)


def begun(
    lock: TokenLock, key: str = KEY, *, is_urgent: bool = False, within_s: float = 0.0
) -> bool:
    """Tell whether a turn was got, after so long at the most."""
    deadline = time.monotonic() + within_s
    while (wait_s := lock.acquire(key, is_urgent=is_urgent)) > 0:
        if time.monotonic() > deadline:
            return False
        time.sleep(wait_s)
    return True


def test_the_next_call_begins_when_the_one_before_is_answered(
    ours: TokenLock, theirs: TokenLock
) -> None:
    assert begun(ours)
    assert not begun(theirs)
    assert begun(theirs, "another token")

    ours.release(KEY)

    assert begun(theirs)
    assert not begun(ours)


def test_who_asks_again_has_had_the_answer(ours: TokenLock) -> None:
    assert begun(ours)

    assert begun(ours)


def test_whose_turn_it_is_not_ends_none(ours: TokenLock, theirs: TokenLock) -> None:
    assert begun(ours)

    theirs.release(KEY)
    theirs.cancel(KEY)

    assert not begun(theirs)


def test_who_is_urgent_goes_first(redis: Redis, ours: TokenLock, theirs: TokenLock) -> None:
    person = TokenLock(redis, PER_MINUTE)
    assert begun(ours)
    assert not begun(theirs)
    assert not begun(person, is_urgent=True)
    ours.release(KEY)

    assert not begun(theirs)
    assert begun(person, is_urgent=True)
    person.release(KEY)
    assert begun(theirs)


def test_the_turn_of_who_was_killed_is_over_after_a_moment(
    ours: TokenLock, theirs: TokenLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    assert begun(ours)
    started_s = time.monotonic()

    assert begun(theirs, within_s=5)

    assert time.monotonic() - started_s > 0.1


def test_slow_answers_do_not_cost_the_quota(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    readers = [TokenLock(redis, PER_MINUTE * 5) for _ in range(20)]
    started_s = time.monotonic()

    # None of them is ever answered.
    assert all(begun(reader, within_s=5) for reader in readers)

    # Once they are behind by that much, they go as the pace does.
    assert 0.1 + 19 * 0.02 <= time.monotonic() - started_s < 19 * (0.1 + 0.02)


def test_what_was_behind_is_made_good_by_quick_answers(
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


def test_who_waits_for_the_quota_is_not_behind(
    ours: TokenLock, theirs: TokenLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    assert begun(ours)
    assert not begun(theirs)
    ours.release(KEY)
    time.sleep(0.25)
    assert begun(ours)

    assert not begun(theirs)


def test_a_turn_given_back_was_never_taken(
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


def test_a_call_that_is_answered_beside_a_turn_given_back_holds_nobody(
    ours: TokenLock, theirs: TokenLock, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LAG_S", 0.1)
    assert begun(ours)
    assert begun(theirs, within_s=5)

    ours.release(KEY)
    theirs.cancel(KEY)

    assert begun(TokenLock(redis, PER_MINUTE))


def test_a_lifted_quota_takes_no_turns(redis: Redis) -> None:
    assert begun(TokenLock(redis, 1_000_000))

    assert begun(TokenLock(redis, 1_000_000))
    assert redis.keys() == []


def test_without_redis_the_threads_of_a_process_take_turns() -> None:
    with Redis.from_url("redis://127.0.0.1:1") as away, ThreadPoolExecutor(1) as other:
        lock = TokenLock(away, PER_MINUTE)

        assert lock.acquire_locally(KEY) == 0
        assert other.submit(lock.acquire_locally, KEY).result() > 0
        other.submit(lock.release_locally, KEY).result()
        assert other.submit(lock.acquire_locally, KEY).result() > 0
        lock.release_locally(KEY)
        assert other.submit(lock.acquire_locally, KEY).result() == 0
