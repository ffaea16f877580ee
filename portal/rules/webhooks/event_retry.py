"""Say when a failed event is tried again, when it is given up, and when a failing API is probed."""

from __future__ import annotations

from random import Random

# Eight attempts within the 24 hours for which Ecwid itself repeats what it can't deliver.
WAITS_S = (10.0, 60.0, 300.0, 1_800.0, 7_200.0, 21_600.0, 54_000.0)
ATTEMPTS_LIMIT = len(WAITS_S) + 1
# A batch that a hiccup spoilt is read again soon, in halves.
POSTPONED_S = 5.0
FIRST_PROBE_S = 10.0
LONGEST_PROBE_S = 600.0
# A tenth either way, so that what failed together doesn't come back together.
JITTER_SHARE = 0.1


def retry_in_s(failures: int, chance: Random) -> float | None:
    """Return how long an event waits after ``failures`` failures (1 or more); None: it is dead."""
    if failures >= ATTEMPTS_LIMIT:
        return None
    return WAITS_S[failures - 1] * _jitter(chance)


def probe_in_s(probes: int, chance: Random) -> float:
    """Return how long to leave an API alone that has failed ``probes`` probes so far.

    Doubles each time, up to ten minutes: every store is then back within that time.
    """
    # The exponent is bounded first: an outage may be longer than a float is large.
    return min(FIRST_PROBE_S * 2.0 ** min(probes, 16), LONGEST_PROBE_S) * _jitter(chance)


def _jitter(chance: Random) -> float:
    return chance.uniform(1.0 - JITTER_SHARE, 1.0 + JITTER_SHARE)
