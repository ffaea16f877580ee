"""Check of whether a store's plan lets the portal work.

The plan's features alone decide. Its name decides nothing: Ecwid adds plans and renames them,
resellers invent their own names, and Ecwid returns the name only to apps with the extended profile
scope. Without a list of features the level is unknown. The store is then connected, because Ecwid
has just answered an API call for it; the first 402 stops it. Source: Ecwid REST API v3, "Store
profile", ``account.availableFeatures``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.i18n import N_

API_FEATURE = "API"

# The text names what the merchant loses without the feature.
USEFUL_FEATURES: dict[str, str] = {
    "COMBINATIONS": N_("product variations"),
    "CUSTOMER_GROUPS": N_("customer groups"),
    "DISCOUNT_COUPONS": N_("discount coupons"),
}


class PlanLevel(StrEnum):
    """How much of the portal works on a plan."""

    BLOCKED = "blocked"  # no API access: nothing works
    LIMITED = "limited"  # works, without some features
    FULL = "full"
    UNKNOWN = "unknown"  # Ecwid sends no list of features: whatever it doesn't refuse works


@dataclass(frozen=True)
class PlanResult:
    """Level of a plan, its name as Ecwid spells it (may be empty), and its missing features."""

    level: PlanLevel
    name: str = ""
    missing_features: tuple[str, ...] = ()


def evaluate_plan(*, name: str | None, features: Iterable[str] | None) -> PlanResult:
    """Return the verdict on a plan; ``features`` is None if Ecwid didn't return them."""
    shown_name = (name or "").strip()
    if features is None:
        return PlanResult(PlanLevel.UNKNOWN, shown_name)
    known = frozenset(features)
    missing = tuple(feature for feature in USEFUL_FEATURES if feature not in known)
    if API_FEATURE not in known:
        return PlanResult(PlanLevel.BLOCKED, shown_name, (API_FEATURE, *missing))
    return PlanResult(PlanLevel.LIMITED if missing else PlanLevel.FULL, shown_name, missing)
