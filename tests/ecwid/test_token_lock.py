"""One call at a time is made with a token, unless answers are slower than the quota's pace."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from portal.ecwid import token_lock as module
from portal.ecwid.token_lock import Turns

KEY = "one"
PER_MINUTE = 600
pytestmark = pytest.mark.promise(6)


@pytest.fixture
def ours(redis: Redis) -> Turns:
    """The turns as one process knows them."""
    return Turns(redis, PER_MINUTE)


@pytest.fixture
def theirs(redis: Redis) -> Turns:
    """The turns as another process knows them."""
    return Turns(redis, PER_MINUTE)


def begun(turns: Turns, key: str = KEY, *, is_urgent: bool = False, within_s: float = 0.0) -> bool:
    """Tell whether a turn was got, after so long at the most."""
    deadline = time.monotonic() + within_s
    while (wait_s := turns.begin(key, is_urgent=is_urgent)) > 0:
        if time.monotonic() > deadline:
            return False
        time.sleep(wait_s)
    return True


def test_the_next_call_begins_when_the_one_before_is_answered(ours: Turns, theirs: Turns) -> None:
    assert begun(ours)
    assert not begun(theirs)
    assert begun(theirs, "another token")

    ours.end(KEY)

    assert begun(theirs)
    assert not begun(ours)


def test_who_asks_again_has_had_the_answer(ours: Turns) -> None:
    assert begun(ours)

    assert begun(ours)


def test_whose_turn_it_is_not_ends_none(ours: Turns, theirs: Turns) -> None:
    assert begun(ours)

    theirs.end(KEY)
    theirs.give_back(KEY)

    assert not begun(theirs)


def test_who_is_urgent_goes_first(redis: Redis, ours: Turns, theirs: Turns) -> None:
    person = Turns(redis, PER_MINUTE)
    assert begun(ours)
    assert not begun(theirs)
    assert not begun(person, is_urgent=True)
    ours.end(KEY)

    assert not begun(theirs)
    assert begun(person, is_urgent=True)
    person.end(KEY)
    assert begun(theirs)


def test_the_turn_of_who_was_killed_is_over_after_a_moment(
    ours: Turns, theirs: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEHIND_S", 0.1)
    assert begun(ours)
    started_s = time.monotonic()

    assert begun(theirs, within_s=5)

    assert time.monotonic() - started_s > 0.1


def test_slow_answers_do_not_cost_the_quota(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEHIND_S", 0.1)
    readers = [Turns(redis, PER_MINUTE * 5) for _ in range(20)]
    started_s = time.monotonic()

    # None of them is ever answered.
    assert all(begun(reader, within_s=5) for reader in readers)

    # Once they are behind by that much, they go as the pace does.
    assert 0.1 + 19 * 0.02 <= time.monotonic() - started_s < 19 * (0.1 + 0.02)


def test_what_was_behind_is_made_good_by_quick_answers(
    ours: Turns, theirs: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEHIND_S", 0.2)
    assert begun(ours)
    assert begun(theirs, within_s=5)
    for _ in range(4):
        theirs.end(KEY)
        assert begun(theirs)
    started_s = time.monotonic()

    assert begun(ours, within_s=5)

    assert time.monotonic() - started_s > 0.2


def test_who_waits_for_the_quota_is_not_behind(
    ours: Turns, theirs: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEHIND_S", 0.1)
    assert begun(ours)
    assert not begun(theirs)
    ours.end(KEY)
    time.sleep(0.25)
    assert begun(ours)

    assert not begun(theirs)


def test_a_turn_given_back_was_never_taken(
    redis: Redis, ours: Turns, theirs: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEHIND_S", 0.1)
    third = Turns(redis, PER_MINUTE)
    assert begun(ours)
    assert begun(theirs, within_s=5)

    theirs.give_back(KEY)

    state = redis.hgetall("portal:token-turn:one")
    assert state[b"owner"].decode().startswith(ours._process)
    ours.end(KEY)
    assert begun(third)


def test_a_call_that_is_answered_beside_a_turn_given_back_holds_nobody(
    ours: Turns, theirs: Turns, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEHIND_S", 0.1)
    assert begun(ours)
    assert begun(theirs, within_s=5)

    ours.end(KEY)
    theirs.give_back(KEY)

    assert begun(Turns(redis, PER_MINUTE))


def test_a_lifted_quota_takes_no_turns(redis: Redis) -> None:
    assert begun(Turns(redis, 1_000_000))

    assert begun(Turns(redis, 1_000_000))
    assert redis.keys() == []


def test_without_redis_the_threads_of_a_process_take_turns() -> None:
    with Redis.from_url("redis://127.0.0.1:1") as away, ThreadPoolExecutor(1) as other:
        turns = Turns(away, PER_MINUTE)

        assert turns.begin_alone(KEY) == 0
        assert other.submit(turns.begin_alone, KEY).result() > 0
        other.submit(turns.end_alone, KEY).result()
        assert other.submit(turns.begin_alone, KEY).result() > 0
        turns.end_alone(KEY)
        assert other.submit(turns.begin_alone, KEY).result() == 0
