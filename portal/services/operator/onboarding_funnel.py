"""Funnel of connect links: how many reached each step, and how long that took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import Expression, fn

from portal.models import Onboarding, utc_now
from portal.rules.connection.onboarding_steps import FunnelStep, OnboardingStatus, build_funnel
from portal.services.operator.list_onboardings import with_status

# The medians are those of the newest links; reading all of them would make the page slow.
MEASURED_LINKS = 1_000
STEP_TIMES = (
    Onboarding.started_at,
    Onboarding.opened_at,
    Onboarding.claimed_at,
    Onboarding.consented_at,
    Onboarding.finished_at,
    Onboarding.imported_at,
)


@dataclass(frozen=True)
class OnboardingFunnel:
    """Funnel of the links of a window.

    ``refusals`` has the current failure reasons with the number of links, most frequent first.
    ``connected_later`` counts links that were refused before they were connected.
    """

    steps: Sequence[FunnelStep]
    refusals: Sequence[tuple[str, int]]
    connected_later: int

    @property
    def total(self) -> int:
        """Number of links in the window."""
        return self.steps[0].count

    @property
    def refused(self) -> int:
        """Number of links whose last connect attempt failed."""
        return sum(count for _, count in self.refusals)


def onboarding_funnel(window: timedelta | None) -> OnboardingFunnel:
    """Return the funnel of the links created within ``window``, or of all links if it is None.

    Merchants who began without a link, and reconnects, aren't counted.
    """
    chosen = Onboarding.expires_at.is_null(is_null=False)
    if window is not None:
        chosen &= Onboarding.started_at >= utc_now() - window
    # A link that has reached a later step counts for all earlier ones.
    reached = [fn.COUNT(fn.COALESCE(*STEP_TIMES[n:], None)) for n in range(1, len(STEP_TIMES))]
    later = Onboarding.refused_at.is_null(is_null=False) & Onboarding.finished_at.is_null(
        is_null=False
    )
    row: Any = (
        Onboarding.select(fn.COUNT(Onboarding.id), *reached, fn.COUNT(1).filter(later))
        .where(chosen)
        .tuples()
        .get()
    )
    *counts, connected_later = row
    newest: Any = Onboarding.select(*STEP_TIMES).where(chosen).order_by(Onboarding.id.desc())
    steps = build_funnel(counts, newest.limit(MEASURED_LINKS).tuples())
    return OnboardingFunnel(steps, _refusals(chosen), connected_later)


def _refusals(chosen: Expression) -> list[tuple[str, int]]:
    count = fn.COUNT(Onboarding.id)
    rows: Any = (
        Onboarding.select(Onboarding.failure_reason, count)
        .where(chosen, with_status(OnboardingStatus.REFUSED))
        .group_by(Onboarding.failure_reason)
        .order_by(count.desc(), Onboarding.failure_reason)
        .tuples()
    )
    return [(reason or "", number) for reason, number in rows]
