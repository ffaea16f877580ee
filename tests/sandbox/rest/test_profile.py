"""Tests for the store's profile: what it reports, and what apps may change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of


def profile(sandbox: SandboxClient, store_id: int) -> dict[str, Any]:
    """Return the profile of a store."""
    found: dict[str, Any] = sandbox.api(store_id, "/profile").json()
    return found


def test_a_new_store_reports_its_terms(sandbox: SandboxClient, store_id: int) -> None:
    found = profile(sandbox, store_id)

    formats = found["formatsAndUnits"]
    assert (formats["currencyPrefix"], formats["currencyPrecision"]) == ("€", 2)
    (tax,) = found["taxSettings"]["taxes"]
    assert (tax["name"], tax["defaultTax"], tax["includeInPrice"]) == ("VAT", 19, True)
    assert found["settings"]["closed"] is False
    assert found["shipping"]["handlingFee"]["value"] == 0
    assert len(found["shipping"]["shippingOptions"]) == 3
    assert [option["id"] for option in found["payment"]["paymentOptions"]] == [
        "bank-transfer",
        "card",
    ]


def test_changes_keep_what_is_not_sent(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.subscribe(store_id, "profile.updated")
    changes = {
        "generalInfo": {"storeUrl": "https://new.example"},
        "settings": {"closed": True, "storeName": "New", "storeDescription": "Hello"},
        "company": {"city": "Graz", "countryCode": "AT"},
        "formatsAndUnits": {"currency": "HUF", "currencyPrecision": 0, "currencySuffix": " Ft"},
        "languages": {"defaultLanguage": "hu"},
        "shipping": {"handlingFee": {"value": 2}},
        "taxSettings": {
            "pricesIncludeTax": False,
            "taxes": [{"name": "ÁFA", "defaultTax": 27}, {"id": 1, "name": "Other"}],
        },
        "zones": [{"name": "Austria", "countryCodes": ["AT"]}],
        "tipsSettings": {"enabled": True},
    }

    answer = sandbox.api(store_id, "/profile", method="PUT", json=changes)
    sandbox.api(store_id, "/profile", method="PUT", json={"settings": {"closed": False}})

    found = profile(sandbox, store_id)
    assert answer.json() == {"updateCount": 1}
    assert found["generalInfo"]["storeUrl"] == "https://new.example"
    assert found["settings"] == {"closed": False, "storeName": "New", "storeDescription": "Hello"}
    assert found["company"]["city"] == "Graz"
    assert found["formatsAndUnits"]["currency"] == "HUF"
    assert found["formatsAndUnits"]["currencySuffix"] == " Ft"
    assert found["formatsAndUnits"]["currencyDecimalSeparator"] == "."
    assert found["languages"]["enabledLanguages"] == ["en", "de"]
    assert found["shipping"]["handlingFee"] == {
        "name": "Handling Fee",
        "value": 2,
        "description": "",
    }
    taxes = found["taxSettings"]["taxes"]
    assert [(t["id"], t["name"], t["includeInPrice"]) for t in taxes] == [
        (2, "ÁFA", False),
        (1, "Other", False),
    ]
    assert found["zones"] == [{"name": "Austria", "countryCodes": ["AT"], "id": "zones-1"}]
    assert found["tipsSettings"] == {"enabled": True}
    assert [event for event, _, _ in sandbox.events(store_id)] == ["profile.updated"] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": "closed"},
        {"settings": {"closed": "yes"}},
        {"formatsAndUnits": {"currencyPrecision": 9}},
        {"formatsAndUnits": {"currency": 5}},
        {"shipping": {"handlingFee": {"value": -1}}},
        {"taxSettings": {"taxes": [{"defaultTax": 5}]}},
        {"taxes": [{"name": "VAT", "defaultTax": 101}]},
        {"taxes": [{"name": "VAT", "rules": [{"zoneId": "1"}]}]},
        {"zones": [{"name": "Austria", "countryCodes": "AT"}]},
        {"zones": {}},
    ],
    ids=str,
)
def test_invalid_changes_are_refused(
    sandbox: SandboxClient, store_id: int, changes: dict[str, Any]
) -> None:
    answer = sandbox.api(store_id, "/profile", method="PUT", json=changes)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize(
    "settings",
    [
        {"unknown": 1},
        {"giftCards": {"A": -1}},
        {"discounts": [{"base": "CUSTOM"}]},
        {"discounts": [{"value": 5}]},
        {"shippingOptions": [{"title": "Bike", "fulfilmentType": "rocket"}]},
        {"shippingOptions": [{"title": "Bike", "ratesTable": {"rates": [{"rate": 5}]}}]},
        {"paymentOptions": [{"checkoutTitle": "Card", "paymentSurcharges": {"value": "2"}}]},
    ],
    ids=str,
)
def test_invalid_settings_of_the_owner_are_refused(
    sandbox: SandboxClient, store_id: int, settings: dict[str, Any]
) -> None:
    answer = sandbox.admin("PATCH", f"/stores/{store_id}", {"settings": settings})

    assert answer.status_code == 400


def test_the_admin_api_reports_all_settings(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.change_settings(store_id, giftCards={"GIFT": 5})

    found = sandbox.admin("GET", f"/stores/{store_id}/settings").json()

    assert (found["giftCards"], found["closed"]) == ({"GIFT": 5}, False)
    assert found["formatsAndUnits"]["currency"] == "EUR"
