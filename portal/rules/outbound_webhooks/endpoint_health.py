"""Say when a channel's endpoint is tried again, warned about, and turned off.

An endpoint is failing from its first failed attempt until the next success. Whoever it belongs to
is told when half, 70 and 90 % of the time are over after which it is turned off.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from portal.rules.webhooks.event_retry import PROBE_BACKOFF
from portal.rules.work.backoff import CHANCE

WARNING_PERCENTS = (50, 70, 90)
TURN_OFF_PERCENT = 100
# What happens while an endpoint is off or paused is kept for it so long, then no more.
RETENTION_WHILE_OFF = timedelta(days=3)
# Nobody is to hold us up for longer than that by a header.
MAX_RETRY_AFTER_S = 3600.0
GONE = 410
_SUCCESS = range(200, 300)


def is_success(status: int | None) -> bool:
    """Tell whether an answer says that the message has arrived; a redirect doesn't."""
    return status is not None and status in _SUCCESS


def failed_percent(failing_since: datetime | None, now: datetime, allowed: timedelta) -> int:
    """Return how much of the allowed time has been failing, from 0 to 100."""
    if failing_since is None or now <= failing_since:
        return 0
    return min(TURN_OFF_PERCENT, int((now - failing_since) * 100 / allowed))


def due_warning(percent: int, alerted_percent: int) -> int | None:
    """Return the mark to tell of now, 100 for the end; None if there is nothing new.

    ``alerted_percent`` is the last one that was. Of several at once only the last is worth telling.
    """
    reached = [
        step for step in (*WARNING_PERCENTS, TURN_OFF_PERCENT) if alerted_percent < step <= percent
    ]
    return reached[-1] if reached else None


def percent_reached_at(failing_since: datetime, step: int, allowed: timedelta) -> datetime:
    """Return when an endpoint that goes on failing comes to a mark."""
    return failing_since + allowed * step / 100


def endpoint_backoff_s(failures: int, rng: Random = CHANCE, *, retry_after_s: float = 0.0) -> float:
    """Return how long to pause an endpoint after so many failures in a row (1 or more).

    Its deliveries wait, and no attempt is counted. ``retry_after_s`` is the Retry-After of its answer.
    """
    return max(PROBE_BACKOFF.wait_s(failures, rng), min(retry_after_s, MAX_RETRY_AFTER_S))
