"""Check of whether a store's plan lets the portal work.

The plan's features decide. Its name is only a fallback, because resellers invent their own names
and because Ecwid returns the name only to apps with the extended profile scope. Source: Ecwid REST
API v3, "Store profile"; API access is part of Venture and higher.
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


@dataclass(frozen=True)
class PlanResult:
    """Level of a plan, its name as Ecwid spells it (may be empty), and its missing features."""

    level: PlanLevel
    name: str
    missing_features: tuple[str, ...] = ()

    @classmethod
    def unknown(cls) -> PlanResult:
        """Return the verdict on a plan that blocks even reading the store's profile."""
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
    """Return the verdict on a plan; ``features`` is None if Ecwid didn't return them.

    Known features decide alone. Without them a well-known name decides. For other names, a paid
    plan counts as limited and an unpaid one as blocked.
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
    """Return the name in lower case and without its prefix: ECWID_VENTURE equals Venture."""
    return name.lower().removeprefix("ecwid_").strip()
