"""When an endpoint is retried, when its owner is warned, and when it is disabled.

An endpoint is failing from its first failed attempt until its next success. It is disabled after a
configured time of failing; its owner is warned after 50, 70 and 90 % of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from portal.rules.webhooks.event_retry import PROBE_BACKOFF
from portal.rules.work.backoff import CHANCE

WARNING_PERCENTS = (50, 70, 90)
TURN_OFF_PERCENT = 100
# Events that occur while an endpoint is disabled or paused are kept this long.
RETENTION_WHILE_OFF = timedelta(days=3)
# Limit for Retry-After: a longer value from an endpoint is cut to this.
MAX_RETRY_AFTER_S = 3600.0
GONE = 410
_SUCCESS = range(200, 300)


def is_success(status: int | None) -> bool:
    """Return whether a status confirms the delivery; a redirect doesn't."""
    return status is not None and status in _SUCCESS


def failed_percent(failing_since: datetime | None, now: datetime, allowed: timedelta) -> int:
    """Return the percentage of the allowed time for which the endpoint has failed, 0 to 100."""
    if failing_since is None or now <= failing_since:
        return 0
    return min(TURN_OFF_PERCENT, int((now - failing_since) * 100 / allowed))


def due_warning(percent: int, reported: int) -> int | None:
    """Return the threshold to alert about now (100: disabled), or None if there is no new one.

    Thresholds up to the last reported one are skipped. If several were passed since, only the last
    one is returned.
    """
    reached = [mark for mark in (*WARNING_PERCENTS, TURN_OFF_PERCENT) if reported < mark <= percent]
    return reached[-1] if reached else None


def percent_reached_at(failing_since: datetime, mark: int, allowed: timedelta) -> datetime:
    """Return when a continuously failing endpoint reaches a threshold."""
    return failing_since + allowed * mark / 100


def endpoint_backoff_s(failures: int, rng: Random = CHANCE, *, retry_after_s: float = 0.0) -> float:
    """Return the seconds to pause an endpoint after this many failures in a row (1 or more).

    Its deliveries wait during the pause, and no attempt is counted. ``retry_after_s`` is the delay
    that the response requested (Retry-After).
    """
    return max(PROBE_BACKOFF.wait_s(failures, rng), min(retry_after_s, MAX_RETRY_AFTER_S))
