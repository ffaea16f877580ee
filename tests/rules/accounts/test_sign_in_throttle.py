"""Waits after wrong passwords: for guessers they grow, the owner's browser has its own count."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.accounts.sign_in_throttle import (
    ALL_NETWORKS,
    FIRST_WAIT_S,
    FORGET_S,
    LONGEST_WAIT_S,
    Failures,
    Origin,
    count_try,
    expires_in_s,
    forgive,
    remaining,
)

DAY_S = 86_400
ATTACKER, OWNER = Origin("attacker"), Origin("owner")
KNOWN = Origin("owner", browser="at home")
Counts = dict[str, Failures]


def tries(known: Counts, origin: Origin, now_s: float, number: int = 1_000) -> int:
    """Count tries that are sent at one moment; return how many may be checked."""
    for checked in range(number):
        answer = count_try(known, origin, now_s)
        if answer.wait_s > 0:
            return checked
        known.update(answer.failures)
    return number


def guesses_of_a_day(origin: Any) -> int:
    """Return how many tries are checked if somebody tries again every second for a day."""
    known: Counts = {}
    return sum(tries(known, origin(second), float(second), 1) for second in range(DAY_S))


def test_five_tries_are_free_and_then_each_waits_twice_as_long() -> None:
    known: Counts = {}
    assert tries(known, ATTACKER, 0) == 5
    waits, now_s = [], 0.0

    for _ in range(8):
        waits.append(count_try(known, ATTACKER, now_s).wait_s)
        now_s += waits[-1]
        assert tries(known, ATTACKER, now_s) == 1

    assert waits == [30, 60, 120, 240, 480, 960, 1_800, 1_800]
    assert (FIRST_WAIT_S, LONGEST_WAIT_S) == (30, 1_800)


def test_day_of_guessing_is_fewer_than_100_tries_from_one_network_and_from_all() -> None:
    numbers = count()

    assert 50 < guesses_of_a_day(lambda _second: ATTACKER) < 70
    assert 50 < guesses_of_a_day(lambda _second: Origin(f"network {next(numbers)}")) < 100


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 4_000)), max_size=60))
def test_known_browser_never_waits_because_of_others(sent: list[tuple[str, float]]) -> None:
    known: Counts = {}
    now_s = 0.0
    for network, pause_s in sent:
        now_s += pause_s
        known.update(count_try(known, Origin(network), now_s).failures)

        assert count_try(known, KNOWN, now_s).wait_s == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 4_000)), max_size=60))
def test_no_wait_is_longer_than_the_longest_and_all_is_forgotten(
    sent: list[tuple[str, float]],
) -> None:
    known: Counts = {}
    now_s = 0.0
    for network, pause_s in sent:
        now_s += pause_s
        answer = count_try(known, Origin(network), now_s)
        known.update(answer.failures)
        assert 0 <= answer.wait_s <= LONGEST_WAIT_S

    later = now_s + expires_in_s(known, now_s)
    assert [remaining(each, later) for each in known.values()] == [0] * len(known)


def test_attacker_elsewhere_does_not_delay_a_new_browser_of_the_owner() -> None:
    known: Counts = {}
    tries(known, ATTACKER, 0)

    assert count_try(known, OWNER, 1).wait_s == 0


def test_many_networks_delay_new_browsers_at_most_by_the_longest_wait() -> None:
    known: Counts = {}

    checked = sum(tries(known, Origin(f"network {number}"), 0) for number in range(1_000))

    assert checked == ALL_NETWORKS.free
    assert 0 < count_try(known, OWNER, 0).wait_s <= LONGEST_WAIT_S


def test_browser_that_guesses_waits_too() -> None:
    known: Counts = {}

    assert tries(known, KNOWN, 0) == 10
    assert count_try(known, OWNER, 0).wait_s == 0


def test_right_password_forgets_the_callers_failures_and_not_those_of_others() -> None:
    known: Counts = {}
    tries(known, ATTACKER, 0, 4)
    tries(known, OWNER, 0, 3)

    known.update(forgive(known, OWNER))

    assert tries(dict(known), OWNER, 0) == 5
    assert known["network attacker"].tries == 4
    assert known["all"].tries == 6


def test_right_password_of_a_known_browser_forgives_nobody_else() -> None:
    assert set(forgive({"all": Failures(20, 0)}, KNOWN)) == {"browser at home"}


def test_clock_of_another_machine_makes_no_longer_wait() -> None:
    ahead = {"network attacker": Failures(5, 10_000.0)}

    assert count_try(ahead, ATTACKER, 0).wait_s == 30
    assert remaining(Failures(5, 10_000.0), 0) == 5


def test_one_failure_is_forgotten_after_half_an_hour() -> None:
    assert [remaining(Failures(3, 0), at) for at in (FORGET_S - 1, FORGET_S, 2 * FORGET_S)] == [
        3,
        2,
        1,
    ]
    assert expires_in_s({}, 0) == 1
