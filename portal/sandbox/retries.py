"""Retry schedule of webhooks, and the statuses that count as delivered.

Source: Ecwid, webhook documentation (docs.ecwid.com): 27 retries within 24 hours, and the statuses
that count as delivered. The middle of the schedule is inferred, because the documentation lists
only its first waits and the last one.
"""

from __future__ import annotations

DELIVERED = frozenset({"200", "201", "202", "204", "209"})
RETRY_AFTER_S = (15 * 60, 30 * 60, 45 * 60, *(hour * 3600 for hour in range(1, 25)))
MIN_SPEED = 0.001


def is_delivered(status: str) -> bool:
    """Return whether a status means delivered; other 2xx statuses and redirects don't."""
    return status in DELIVERED


def next_attempt(first_due: float, attempts: int, speed: float) -> float | None:
    """Return the due time of the next attempt, or None when no attempt is left.

    The waits count from the first attempt. With ``speed`` 2, a day lasts twelve hours.
    """
    if attempts > len(RETRY_AFTER_S):
        return None
    return first_due + RETRY_AFTER_S[attempts - 1] / max(speed, MIN_SPEED)
