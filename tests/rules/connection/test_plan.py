"""Plan levels by features or, if those are unknown, by name and payment."""

from __future__ import annotations

import pytest

from portal.rules.connection.plan import USEFUL_FEATURES, PlanLevel, PlanResult, evaluate_plan

BLOCKED, LIMITED, FULL = PlanLevel.BLOCKED, PlanLevel.LIMITED, PlanLevel.FULL
ALL_FEATURES = {"API", "COMBINATIONS", "CUSTOMER_GROUPS", "DISCOUNT_COUPONS", "PREMIUM"}


@pytest.mark.parametrize(
    ("name", "is_paid", "level"),
    [
        ("Free", None, BLOCKED),
        ("Venture", None, LIMITED),
        ("Business", None, FULL),
        ("Unlimited", None, FULL),
        ("ECWID_FREE", None, BLOCKED),
        ("ecwid_venture", None, LIMITED),
        ("ECWID_BUSINESS", None, FULL),
        ("Ecwid_Unlimited", None, FULL),
        ("  business ", None, FULL),
        ("Free", True, BLOCKED),
        ("Business", False, FULL),
        ("Starter", True, LIMITED),
        ("Starter", False, BLOCKED),
        ("Starter", None, BLOCKED),
        ("Reseller Gold", True, LIMITED),
        ("Business Plus", False, BLOCKED),
        ("", True, LIMITED),
        (None, True, LIMITED),
        (None, None, BLOCKED),
    ],
)
def test_name_and_then_payment_decide_if_features_are_unknown(
    name: str | None, is_paid: bool | None, level: PlanLevel
) -> None:
    verdict = evaluate_plan(name=name, features=None, is_paid=is_paid)

    assert verdict == PlanResult(level, (name or "").strip(), ())


@pytest.mark.parametrize("name", ["Free", "Venture", "Unlimited", "Reseller Gold", None])
@pytest.mark.parametrize("is_paid", [True, False, None])
def test_plan_with_all_features_is_full(name: str | None, is_paid: bool | None) -> None:
    verdict = evaluate_plan(name=name, features=ALL_FEATURES, is_paid=is_paid)

    assert verdict.level is FULL
    assert verdict.missing_features == ()


@pytest.mark.parametrize("name", ["Free", "Business", "ECWID_UNLIMITED", "Reseller Gold"])
def test_plan_without_the_api_is_blocked(name: str) -> None:
    verdict = evaluate_plan(name=name, features=ALL_FEATURES - {"API"}, is_paid=True)

    assert verdict == PlanResult(BLOCKED, name, ("API",))


@pytest.mark.parametrize("feature", USEFUL_FEATURES)
def test_plan_without_a_useful_feature_is_limited(feature: str) -> None:
    verdict = evaluate_plan(name="Business", features=ALL_FEATURES - {feature}, is_paid=True)

    assert verdict == PlanResult(LIMITED, "Business", (feature,))


def test_venture_is_limited_and_lists_its_missing_features() -> None:
    verdict = evaluate_plan(name="Venture", features=["API", "DISCOUNT_COUPONS"], is_paid=True)

    assert verdict == PlanResult(LIMITED, "Venture", ("COMBINATIONS", "CUSTOMER_GROUPS"))


def test_store_without_any_feature_is_blocked() -> None:
    verdict = evaluate_plan(name="Business", features=[], is_paid=True)

    assert verdict.level is BLOCKED
    assert verdict.missing_features == ("API", *USEFUL_FEATURES)
