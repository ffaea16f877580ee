"""Calls are counted by the minute, and who goes on with dead tokens is shut out for longer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sandbox.quota import WINDOW_S, DeadTokens, Windows


class Clock:
    """Stand still until told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the seconds it shows."""
        return self.now


def test_after_a_minute_calls_go_through_again() -> None:
    clock = Clock()
    windows = Windows(clock)
    assert windows.take("token", 1) == 0

    clock.now += 45
    assert windows.take("token", 1) == 15
    clock.now += 15

    assert windows.take("token", 1) == 0


def test_no_quota_is_no_wait() -> None:
    windows = Windows(Clock())

    assert {windows.take("token", 0) for _ in range(9)} == {0}


@settings(deadline=None)
@given(
    quota=st.integers(1, 5),
    steps=st.lists(st.floats(0, 40, allow_nan=False), max_size=40),
)
def test_no_minute_holds_more_calls_than_the_quota(quota: int, steps: list[float]) -> None:
    clock = Clock()
    windows = Windows(clock)
    taken = []
    for step in steps:
        clock.now += step
        wait_s = windows.take("token", quota)
        if wait_s == 0:
            taken.append(clock.now)
        else:
            assert 0 < wait_s <= WINDOW_S + 1e-6

    for first in taken:
        assert sum(first <= at < first + WINDOW_S - 1e-6 for at in taken) <= quota


def test_a_dead_token_is_shut_out_until_its_block_is_over() -> None:
    clock = Clock()
    dead = DeadTokens(clock)
    limits = {"quota": 2, "total": 0, "block_s": 600.0}

    waits = [dead.take("here", "token", **limits) for _ in range(3)]
    clock.now += 599
    still = dead.take("here", "token", **limits)
    elsewhere = dead.take("there", "token", **limits)
    clock.now += 1

    assert (waits, still, elsewhere) == ([0, 0, 600], 1, 0)
    assert dead.take("here", "token", **limits) == 0


def test_many_dead_tokens_shut_out_their_address() -> None:
    clock = Clock()
    dead = DeadTokens(clock)
    limits = {"quota": 20, "total": 3, "block_s": 600.0}

    waits = [dead.take("here", f"token {number}", **limits) for number in range(5)]
    clock.now += 600

    assert waits == [0, 0, 0, 600, 600]
    assert dead.take("there", "token 1", **limits) == 0
    assert [dead.take("here", f"token {number}", **limits) for number in range(3)] == [0, 0, 0]
