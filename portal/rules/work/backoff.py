"""Backoff: how long failed work waits for its next attempt, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

# Spreads retries; guards no secret. Tests pass a seeded one.
CHANCE = Random()  # noqa: S311
# A tenth either way, because work that failed together must not come back together.
JITTER_SHARE = 0.1
# A store whose API hangs occupies a worker for 20 to 25 s with each call. After a timeout its work
# waits at least this long, which leaves the worker to other stores for two thirds of the time, and
# more with each failure.
HANGING_WAIT_S = 60.0
# After its last attempt has begun, work is checked once more, in case that the process has died.
LAST_CHECK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Backoff:
    """Waits between the attempts of one kind of work, in seconds and before jitter.

    Work has one attempt more than there are waits, then it is dead. Endless work is never given
    up: the last wait repeats.
    """

    waits_s: tuple[float, ...]
    is_endless: bool = False

    @property
    def max_attempts(self) -> int:
        """Return the number of attempts after which work is dead, unless it is endless."""
        return len(self.waits_s) + 1

    def is_dead(self, failures: int) -> bool:
        """Return whether work is given up after so many failures in a row."""
        return not self.is_endless and failures >= self.max_attempts

    def wait_s(self, failures: int, chance: Random = CHANCE, *, is_hanging: bool = False) -> float:
        """Return the seconds to wait after ``failures`` failures in a row (1 or more).

        ``is_hanging`` means that the last one was a timeout.
        """
        wait_s = self.waits_s[min(failures, len(self.waits_s)) - 1]
        if is_hanging:
            wait_s = max(wait_s, HANGING_WAIT_S)
        return wait_s * chance.uniform(1.0 - JITTER_SHARE, 1.0 + JITTER_SHARE)

    def next_at(
        self, failures: int, now: datetime, chance: Random = CHANCE, *, is_hanging: bool = False
    ) -> datetime | None:
        """Return when to try again after so many failures; None if the work is dead."""
        if self.is_dead(failures):
            return None
        return now + timedelta(seconds=self.wait_s(failures, chance, is_hanging=is_hanging))

    def check_at(self, attempts: int, now: datetime, chance: Random = CHANCE) -> datetime:
        """Return when to check work whose attempt of this number begins now.

        That is the time of the next attempt. It is written before the attempt begins, so work is
        tried again even if its process dies.
        """
        return self.next_at(attempts, now, chance) or now + LAST_CHECK_AFTER


# 2 s, 10 s, 50 s, 4 min, 21 min, 2 h, 6 h: eight attempts within a working day.
DEFAULT_BACKOFF = Backoff((2.0, 10.0, 50.0, 250.0, 1_250.0, 6_250.0, 21_600.0))
