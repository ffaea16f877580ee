"""A store's facts are read from its profile; what Ecwid doesn't tell is tolerated."""

from __future__ import annotations

from typing import Any

import pytest

from portal.ecwid.profile import StoreProfile, read_profile
from portal.errors import RecordError


def profile(**changes: Any) -> dict[str, Any]:
    """Return a profile as Ecwid sends it with the extended scope."""
    values: dict[str, Any] = {
        "generalInfo": {"storeId": 1003, "storeUrl": "https://clay.example"},
        "account": {
            "accountName": "Ada Clay",
            "availableFeatures": ["API", "COMBINATIONS"],
            "paid": True,
            "suspended": False,
        },
        "settings": {"storeName": "Clay & Co"},
        "formatsAndUnits": {"currency": "EUR", "timezone": "Europe/Vilnius"},
        "accountBilling": {"pricingPlanName": "Venture"},
    }
    return values | changes


def test_a_full_profile_is_read() -> None:
    assert read_profile(1003, profile()) == StoreProfile(
        name="Clay & Co",
        url="https://clay.example",
        currency="EUR",
        timezone="Europe/Vilnius",
        plan_name="Venture",
        features=("API", "COMBINATIONS"),
        is_paid=True,
        is_suspended=False,
    )


@pytest.mark.parametrize("part", [{}, dict.fromkeys(profile())], ids=["missing", "null"])
def test_an_empty_profile_is_tolerated(part: dict[str, Any]) -> None:
    assert read_profile(1003, part) == StoreProfile(
        "Store 1003", "", "", "", "", features=None, is_paid=None, is_suspended=False
    )


def test_a_store_without_a_name_goes_by_its_account() -> None:
    assert read_profile(1003, profile(settings={"storeName": ""})).name == "Ada Clay"


@pytest.mark.parametrize(
    ("account", "features"),
    [
        ({}, None),
        ({"availableFeatures": None}, None),
        ({"availableFeatures": []}, ()),
        ({"availableFeatures": ["API", 5]}, ("API", "5")),
    ],
)
def test_features_not_told_are_not_the_same_as_none_at_all(
    account: dict[str, Any], features: tuple[str, ...] | None
) -> None:
    assert read_profile(1003, profile(account=account)).features == features


@pytest.mark.parametrize(("paid", "is_paid"), [(True, True), (False, False), ("yes", None)])
def test_paid_is_yes_no_or_unknown(paid: Any, is_paid: bool | None) -> None:
    assert read_profile(1003, profile(account={"paid": paid})).is_paid is is_paid


def test_a_suspended_store_is_told() -> None:
    assert read_profile(1003, profile(account={"suspended": True})).is_suspended


def test_names_longer_than_their_columns_are_cut() -> None:
    long = "x" * 1000

    read = read_profile(
        1003,
        profile(
            settings={"storeName": long},
            formatsAndUnits={"currency": long, "timezone": long},
            accountBilling={"pricingPlanName": long},
        ),
    )

    lengths = {len(text) for text in (read.name, read.currency, read.timezone, read.plan_name)}
    assert lengths == {255}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"generalInfo": ["x"]}, "record"),
        ({"account": "x"}, "record"),
        ({"account": {"availableFeatures": "API"}}, "availableFeatures"),
        ({"account": {"suspended": "no"}}, "suspended"),
        ({"settings": {"storeName": {"en": "Clay"}}}, "storeName"),
        ({"formatsAndUnits": {"currency": True}}, "currency"),
    ],
)
def test_an_impossible_profile_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordError) as refused:
        read_profile(1003, profile(**changes))

    assert (refused.value.resource, refused.value.field) == ("profile", field)


@pytest.mark.parametrize(("told", "read"), [(0, 0), (3, 3), (9, None), ("2", None), (None, None)])
def test_the_stores_precision_is_read_where_it_makes_sense(told: Any, read: int | None) -> None:
    formats = {"currency": "EUR", "currencyPrecision": told}

    assert read_profile(1003, {"formatsAndUnits": formats}).currency_precision == read
