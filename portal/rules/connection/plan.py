"""Judge whether a store's plan lets the portal work.

Features are the gate; the plan's name is only a second witness, because resellers invent their own
names and because the name is told to apps with the extended profile scope only. Source: Ecwid
REST API v3, "Store profile"; API access is part of Venture and higher.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.i18n import N_

API_FEATURE = "API"

# What a merchant loses without the feature, in words for the page.
USEFUL_FEATURES: dict[str, str] = {
    "COMBINATIONS": N_("product variations"),
    "CUSTOMER_GROUPS": N_("customer groups"),
    "DISCOUNT_COUPONS": N_("discount coupons"),
}


class PlanLevel(StrEnum):
    """Name how much of the portal works on a plan."""

    BLOCKED = "blocked"  # no API: nothing works
    LIMITED = "limited"  # works, without some functions
    FULL = "full"


@dataclass(frozen=True)
class PlanResult:
    """Hold the level, the plan's name as Ecwid spells it (may be empty) and what is missing."""

    level: PlanLevel
    name: str
    missing_features: tuple[str, ...] = ()

    @classmethod
    def unknown(cls) -> PlanResult:
        """Return what is to be said of a plan that lets us see nothing, not even its name."""
        return cls(PlanLevel.BLOCKED, "")


_LEVEL_BY_NAME = {
    "free": PlanLevel.BLOCKED,
    "venture": PlanLevel.LIMITED,
    "business": PlanLevel.FULL,
    "unlimited": PlanLevel.FULL,
}


def evaluate_plan(
    *, name: str | None, features: Iterable[str] | None, is_paid: bool | None
) -> PlanResult:
    """Return the verdict on a plan; ``features`` of None means that Ecwid didn't tell them.

    With features known, they alone decide. Without, a well-known name decides, then whether the
    store pays at all: a paid plan of unknown name is let in as limited.
    """
    shown_name = (name or "").strip()
    if features is not None:
        return _evaluate_features(shown_name, frozenset(features))
    level = _LEVEL_BY_NAME.get(_plain(shown_name))
    if level is None:
        level = PlanLevel.LIMITED if is_paid else PlanLevel.BLOCKED
    return PlanResult(level, shown_name)


def _evaluate_features(name: str, features: frozenset[str]) -> PlanResult:
    missing = tuple(feature for feature in USEFUL_FEATURES if feature not in features)
    if API_FEATURE not in features:
        return PlanResult(PlanLevel.BLOCKED, name, (API_FEATURE, *missing))
    return PlanResult(PlanLevel.LIMITED if missing else PlanLevel.FULL, name, missing)


def _plain(name: str) -> str:
    """Return a plan's name without case and prefix: ECWID_VENTURE and Venture are the same."""
    return name.lower().removeprefix("ecwid_").strip()
