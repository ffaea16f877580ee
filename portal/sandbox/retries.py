"""Say what counts as delivered, and when a webhook is tried again.

Ecwid repeats 27 times within 24 hours; the middle of its schedule is inferred.
"""

from __future__ import annotations

DELIVERED = frozenset({"200", "201", "202", "204", "209"})
RETRY_AFTER_S = (15 * 60, 30 * 60, 45 * 60, *(hour * 3600 for hour in range(1, 25)))
SLOWEST = 0.001


def is_delivered(status: str) -> bool:
    """Tell whether an answer's status means delivered: no other 2xx and no redirect does."""
    return status in DELIVERED


def next_try(first_due: float, tries: int, speed: float) -> float | None:
    """Return when to try again after so many tries, or None when it is time to give up.

    Counts from the moment of the first try; ``speed`` 2 makes a day last twelve hours.
    """
    if tries > len(RETRY_AFTER_S):
        return None
    return first_due + RETRY_AFTER_S[tries - 1] / max(speed, SLOWEST)
