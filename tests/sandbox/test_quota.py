"""Tests for the quota per minute and for the block of dead tokens."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sandbox.quota import WINDOW_S, DeadTokenLimiter, SlidingWindow


class Clock:
    """Manual clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_calls_are_allowed_again_after_a_minute() -> None:
    clock = Clock()
    window = SlidingWindow(clock)
    assert window.acquire("token", 1) == 0

    clock.now += 45
    assert window.acquire("token", 1) == 15
    clock.now += 15

    assert window.acquire("token", 1) == 0


def test_a_quota_of_zero_allows_every_call() -> None:
    window = SlidingWindow(Clock())

    assert {window.acquire("token", 0) for _ in range(9)} == {0}


@settings(deadline=None)
@given(
    quota=st.integers(1, 5),
    steps=st.lists(st.floats(0, 40, allow_nan=False), max_size=40),
)
def test_no_minute_has_more_calls_than_the_quota(quota: int, steps: list[float]) -> None:
    clock = Clock()
    window = SlidingWindow(clock)
    taken = []
    for step in steps:
        clock.now += step
        wait_s = window.acquire("token", quota)
        if wait_s == 0:
            taken.append(clock.now)
        else:
            assert 0 < wait_s <= WINDOW_S + 1e-6

    for first in taken:
        assert sum(first <= at < first + WINDOW_S - 1e-6 for at in taken) <= quota


def test_a_dead_token_is_blocked_until_the_block_ends() -> None:
    clock = Clock()
    dead = DeadTokenLimiter(clock)
    limits = {"quota": 2, "total": 0, "block_s": 600.0}

    waits = [dead.acquire("address 1", "token", **limits) for _ in range(3)]
    clock.now += 599
    blocked_s = dead.acquire("address 1", "token", **limits)
    other_address = dead.acquire("address 2", "token", **limits)
    clock.now += 1

    assert (waits, blocked_s, other_address) == ([0, 0, 600], 1, 0)
    assert dead.acquire("address 1", "token", **limits) == 0


def test_many_dead_tokens_block_their_address() -> None:
    clock = Clock()
    dead = DeadTokenLimiter(clock)
    limits = {"quota": 20, "total": 3, "block_s": 600.0}

    waits = [dead.acquire("address 1", f"token {number}", **limits) for number in range(5)]
    clock.now += 600

    assert waits == [0, 0, 0, 600, 600]
    assert dead.acquire("address 2", "token 1", **limits) == 0
    assert [dead.acquire("address 1", f"token {number}", **limits) for number in range(3)] == [
        0,
        0,
        0,
    ]
