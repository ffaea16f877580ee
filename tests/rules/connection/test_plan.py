"""Plan levels by features alone; the name of a plan decides nothing."""

from __future__ import annotations

import pytest

from portal.rules.connection.plan import USEFUL_FEATURES, PlanLevel, PlanResult, evaluate_plan

BLOCKED, LIMITED, FULL = PlanLevel.BLOCKED, PlanLevel.LIMITED, PlanLevel.FULL
NAMES = ["Free", "ECWID_FREE", "Starter", "Venture", "Business", "Reseller Gold", "", None]
ALL_FEATURES = {"API", "COMBINATIONS", "CUSTOMER_GROUPS", "DISCOUNT_COUPONS", "PREMIUM"}


@pytest.mark.parametrize("name", NAMES)
def test_plan_without_a_list_of_features_is_unknown_whatever_its_name(name: str | None) -> None:
    assert evaluate_plan(name=name, features=None) == PlanResult(
        PlanLevel.UNKNOWN, (name or "").strip(), ()
    )


@pytest.mark.parametrize("name", NAMES)
def test_plan_with_all_features_is_full_whatever_its_name(name: str | None) -> None:
    verdict = evaluate_plan(name=name, features=ALL_FEATURES)

    assert verdict.level is FULL
    assert verdict.missing_features == ()


@pytest.mark.parametrize(
    "name", ["Free", "Starter", "Business", "ECWID_UNLIMITED", "Reseller Gold"]
)
def test_plan_without_the_api_is_blocked(name: str) -> None:
    verdict = evaluate_plan(name=name, features=ALL_FEATURES - {"API"})

    assert verdict == PlanResult(BLOCKED, name, ("API",))


@pytest.mark.parametrize("feature", USEFUL_FEATURES)
def test_plan_without_a_useful_feature_is_limited(feature: str) -> None:
    verdict = evaluate_plan(name="Business", features=ALL_FEATURES - {feature})

    assert verdict == PlanResult(LIMITED, "Business", (feature,))


def test_venture_is_limited_and_lists_its_missing_features() -> None:
    verdict = evaluate_plan(name="Venture", features=["API", "DISCOUNT_COUPONS"])

    assert verdict == PlanResult(LIMITED, "Venture", ("COMBINATIONS", "CUSTOMER_GROUPS"))


def test_store_without_any_feature_is_blocked() -> None:
    verdict = evaluate_plan(name="Business", features=[])

    assert verdict.level is BLOCKED
    assert verdict.missing_features == ("API", *USEFUL_FEATURES)
