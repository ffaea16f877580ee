"""Say how long to wait before a failed piece of work is tried again, and when to give up."""

from __future__ import annotations

from random import Random

ATTEMPTS_LIMIT = 8
FIRST_WAIT_S = 2.0
LONGEST_WAIT_S = 6 * 3600.0
# 2 s, 10 s, 50 s, 4 min, 21 min, 2 h, 6 h: eight attempts within a working day.
FACTOR = 5.0


def wait_s(failures: int, chance: Random, *, at_least_s: float = 0.0) -> float:
    """Return the seconds to wait after ``failures`` failures in a row (1 or more).

    Exponential, with a fifth of jitter so that many stores don't come back in step;
    ``at_least_s`` is what the other side asked for (Retry-After).
    """
    wait = min(FIRST_WAIT_S * FACTOR ** (failures - 1), LONGEST_WAIT_S)
    return max(wait, at_least_s) * chance.uniform(1.0, 1.2)


def is_spent(failures: int) -> bool:
    """Tell whether the work has failed so often that a person should look at it."""
    return failures >= ATTEMPTS_LIMIT
