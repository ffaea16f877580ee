"""A store's facts are read from its profile; missing parts are accepted."""

from __future__ import annotations

from typing import Any

import pytest

from portal.ecwid.profile import StoreProfile, read_profile
from portal.ecwid.profile_details import profile_details
from portal.errors import RecordError
from portal.rules.orders.currency_format import CurrencyFormat


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


def test_full_profile_is_read() -> None:
    assert read_profile(1003, profile()) == StoreProfile(
        name="Clay & Co",
        url="https://clay.example",
        currency="EUR",
        timezone="Europe/Vilnius",
        plan_name="Venture",
        features=("API", "COMBINATIONS"),
        is_suspended=False,
        store_id=1003,
        details=profile_details(profile()),
    )


@pytest.mark.parametrize("part", [{}, dict.fromkeys(profile())], ids=["missing", "null"])
def test_empty_profile_is_accepted(part: dict[str, Any]) -> None:
    assert read_profile(1003, part) == StoreProfile(
        "Store 1003", "", "", "", "", None, is_suspended=False, details=profile_details({})
    )


def test_store_without_a_name_gets_its_account_name() -> None:
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
def test_missing_feature_list_differs_from_an_empty_one(
    account: dict[str, Any], features: tuple[str, ...] | None
) -> None:
    assert read_profile(1003, profile(account=account)).features == features


def test_suspended_store_is_recognized() -> None:
    assert read_profile(1003, profile(account={"suspended": True})).is_suspended


@pytest.mark.parametrize(
    ("settings", "is_closed"), [({"closed": True}, True), ({"closed": False}, False), ({}, False)]
)
def test_closed_storefront_is_recognized(settings: dict[str, Any], is_closed: bool) -> None:
    assert read_profile(1003, profile(settings=settings)).is_closed is is_closed


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
        ({"settings": {"closed": "no"}}, "closed"),
        ({"settings": {"storeName": {"en": "Clay"}}}, "storeName"),
        ({"formatsAndUnits": {"currency": True}}, "currency"),
    ],
)
def test_invalid_profile_field_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordError) as refused:
        read_profile(1003, profile(**changes))

    assert (refused.value.resource, refused.value.field) == ("profile", field)


@pytest.mark.parametrize(("sent", "read"), [(0, 0), (3, 3), (9, None), ("2", None), (None, None)])
def test_currency_precision_is_read_if_it_is_valid(sent: Any, read: int | None) -> None:
    formats = {"currency": "EUR", "currencyPrecision": sent}

    assert read_profile(1003, {"formatsAndUnits": formats}).currency_precision == read


USUAL = {
    "currency": "HUF",
    "currencyPrefix": "",
    "currencySuffix": " Ft",
    "currencyGroupSeparator": " ",
    "currencyDecimalSeparator": ",",
    "currencyTruncateZeroFractional": True,
}


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({}, CurrencyFormat("", " Ft", " ", ",", hides_zero_fraction=True)),
        ({"currencySuffix": ""}, None),
        ({"currencySuffix": None}, None),
        ({"currencySuffix": {"en": "Ft"}}, None),
        (
            {"currencyGroupSeparator": "", "currencyTruncateZeroFractional": "yes"},
            CurrencyFormat("", " Ft", "", ",", hides_zero_fraction=False),
        ),
        (
            {"currencyGroupSeparator": ",", "currencyPrefix": "€" * 99},
            CurrencyFormat("€" * 32, " Ft", "", ",", hides_zero_fraction=True),
        ),
        (
            {"currencyGroupSeparator": 5, "currencyDecimalSeparator": "<b>"},
            CurrencyFormat("", " Ft", ",", ".", hides_zero_fraction=True),
        ),
    ],
)
def test_format_of_amounts_is_read_as_far_as_it_is_valid(
    changes: dict[str, Any], read: CurrencyFormat | None
) -> None:
    payload = {"formatsAndUnits": USUAL | changes}

    assert read_profile(1003, payload).currency_format == read


@pytest.mark.parametrize(
    ("account", "brand"),
    [
        ({"whiteLabel": True, "brandName": "Shop & Go"}, "Shop & Go"),
        ({"whiteLabel": True, "brandName": ""}, None),
        ({"whiteLabel": True}, None),
        ({"whiteLabel": False, "brandName": "Ecwid by Lightspeed"}, None),
        ({"whiteLabel": True, "brandName": ["Shop"]}, None),
        ({}, None),
    ],
)
def test_brand_is_that_of_a_reseller(account: dict[str, Any], brand: str | None) -> None:
    assert profile_details({"account": account})["brand_name"] == brand
