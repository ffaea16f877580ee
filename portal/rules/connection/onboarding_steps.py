"""Steps of an onboarding as operators see them, and the funnel of many onboardings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median


class OnboardingStatus(StrEnum):
    """Status of an onboarding; each onboarding has exactly one."""

    INVITED = "invited"  # nobody has opened the link
    OPENED = "opened"
    ACCOUNT = "account"  # an account has claimed the link and was sent to Ecwid
    CONSENT = "consent"  # allowed access before, and was sent to Ecwid again
    REFUSED = "refused"  # the last connect attempt failed
    CONNECTED = "connected"
    IMPORTED = "imported"  # the first import is done
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


# In this order. A link that has reached a step has reached all earlier ones.
FUNNEL_STEPS = (
    OnboardingStatus.INVITED,
    OnboardingStatus.OPENED,
    OnboardingStatus.ACCOUNT,
    OnboardingStatus.CONSENT,
    OnboardingStatus.CONNECTED,
    OnboardingStatus.IMPORTED,
)


@dataclass(frozen=True)
class FunnelStep:
    """Number of links that reached a step.

    ``percent`` is their share of all links, ``percent_of_previous`` of those that reached the
    previous step. ``median`` is the time from the previous step, None if it is unknown.
    """

    step: OnboardingStatus
    count: int
    percent: int | None
    percent_of_previous: int | None
    median: timedelta | None


def build_funnel(
    counts: Sequence[int], step_times: Iterable[Sequence[datetime | None]]
) -> list[FunnelStep]:
    """Return the funnel; ``counts`` and each row of ``step_times`` have one value per step."""
    lengths: list[list[timedelta]] = [[] for _ in FUNNEL_STEPS]
    for times in step_times:
        for number, (before, after) in enumerate(pairwise(times), start=1):
            # Links from before these times were recorded have the same time for several steps.
            if before is not None and after is not None and after > before:
                lengths[number].append(after - before)
    previous = (None, *counts)
    return [
        FunnelStep(
            step,
            counts[number],
            _percent(counts[number], counts[0]),
            _percent(counts[number], previous[number]),
            _median(lengths[number]),
        )
        for number, step in enumerate(FUNNEL_STEPS)
    ]


def _percent(part: int, whole: int | None) -> int | None:
    return round(100 * part / whole) if whole else None


def _median(lengths: list[timedelta]) -> timedelta | None:
    if not lengths:
        return None
    return timedelta(seconds=median(length.total_seconds() for length in lengths))
