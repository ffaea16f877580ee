"""Wait before the next try of a password or a code: it grows with each wrong one, up to a limit.

See docs/decisions/sign-in-throttling.md for the reasons and the sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

# One failure is forgotten after this time. No wait is longer, so nobody's count grows forever.
FORGET_S = 1_800
LONGEST_WAIT_S = 1_800
FIRST_WAIT_S = 30


class Failures(NamedTuple):
    """Failed tries that counted when the last one was added, and when that was."""

    tries: int
    at_s: float


class Counter(NamedTuple):
    """Count of failed tries by its name, and the number of tries before the first wait."""

    name: str
    free: int


class TryAnswer(NamedTuple):
    """Seconds until a try is allowed, 0 if it is now; then ``failures`` are the new counts."""

    wait_s: float
    failures: Mapping[str, Failures]


@dataclass(frozen=True)
class Origin:
    """Origin of a try: its network, and the browser if it has signed in to this account before."""

    network: str
    browser: str | None = None

    @property
    def counters(self) -> Sequence[Counter]:
        """Return the counts of a try: a known browser has its own, which nobody else can fill."""
        if self.browser is not None:
            return [Counter(f"browser {self.browser}", 10)]
        return [Counter(f"network {self.network}", 5), ALL_NETWORKS]


# Fewer than 100 tries a day, whatever the number of networks.
ALL_NETWORKS = Counter("all", 20)


def count_try(known: Mapping[str, Failures], origin: Origin, now_s: float) -> TryAnswer:
    """Count a try as failed before it is checked, unless it has to wait.

    Tries that come at the same time can't all be checked before the first one is counted. A try
    that has to wait changes nothing.
    """
    counters = origin.counters
    wait_s = max(_wait_s(known.get(counter.name), counter.free, now_s) for counter in counters)
    if wait_s > 0:
        return TryAnswer(wait_s, {})
    added = {
        name: Failures(remaining(known.get(name), now_s) + 1, now_s) for name, _free in counters
    }
    return TryAnswer(0, added)


def forgive(known: Mapping[str, Failures], origin: Origin) -> Mapping[str, Failures]:
    """Return the new counts after a right password: the caller's is 0, and that of all one less."""
    forgiven = {counter.name: Failures(0, 0) for counter in origin.counters}
    total = known.get(ALL_NETWORKS.name)
    if ALL_NETWORKS.name in forgiven and total is not None:
        forgiven[ALL_NETWORKS.name] = Failures(max(0, total.tries - 1), total.at_s)
    return forgiven


def remaining(failures: Failures | None, now_s: float) -> int:
    """Return how many of the failures still count."""
    if failures is None:
        return 0
    return max(0, failures.tries - int(max(0, now_s - failures.at_s) // FORGET_S))


def expires_in_s(failures: Mapping[str, Failures], now_s: float) -> int:
    """Return the seconds until none of the failures counts."""
    return max(
        (ceil(each.at_s + each.tries * FORGET_S - now_s) + 1 for each in failures.values()),
        default=1,
    )


def _wait_s(failures: Failures | None, free: int, now_s: float) -> float:
    if failures is None or failures.tries < free:
        return 0
    doublings = min(failures.tries - free, LONGEST_WAIT_S.bit_length())
    wait_s = min(FIRST_WAIT_S << doublings, LONGEST_WAIT_S)
    # The clock of another machine may be ahead.
    return min(max(0.0, failures.at_s + wait_s - now_s), wait_s)
