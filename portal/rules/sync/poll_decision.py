"""Decision of a poll about one resource, from the change time that the store reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

# Clocks differ, and Ecwid's search and statistics lag behind changes, so each read starts a little
# earlier than the last one ended.
OVERLAP = timedelta(seconds=120)


class PollDecision(Enum):
    """The next step for a resource after a poll."""

    UNCHANGED = auto()  # the mirror has everything up to the poll
    RUN = auto()  # read the changes now
    WAIT = auto()  # something may have changed; the next run is due later


def is_unchanged(changed_at: datetime | None, high_water_at: datetime) -> bool:
    """Return whether the mirror has the store's last change, which was at ``changed_at``.

    A resource without a reported change time may have changed. A change within the overlap counts
    as new, because another change near it may not be reported yet.
    """
    return changed_at is not None and changed_at < high_water_at - OVERLAP


def decide(
    *,
    changed_at: datetime | None,
    high_water_at: datetime | None,
    next_due_at: datetime,
    next_poll_at: datetime,
    run_interval: timedelta,
) -> PollDecision:
    """Return what to do about a resource without an unfinished run.

    A resource that changes all the time is read once per ``run_interval``. A run that is due before
    the next poll starts now, so the due times of a store's resources fall together.
    """
    if high_water_at is not None and is_unchanged(changed_at, high_water_at):
        return PollDecision.UNCHANGED
    if next_due_at > next_poll_at:
        return PollDecision.WAIT
    if high_water_at is not None and high_water_at + run_interval > next_poll_at:
        return PollDecision.WAIT
    return PollDecision.RUN
