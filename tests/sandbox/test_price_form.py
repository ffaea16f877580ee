"""Tests for the form of a store's prices on the admin pages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import requests

from tests.sandbox.client import SandboxClient, page_text

FORM = {
    "currency": "huf",
    "precision": "0",
    "prefix": "",
    "suffix": " Ft",
    "truncate_zeros": "on",
    "fee_name": "Box",
    "fee": "300",
    "taxes": "ÁFA | 27 | shipping | AT=20, CH=0\n\nBooks | 5 | by product",
    "shipping": "Courier | 1500 | free from 20000\nBudapest shop | 0 | pickup",
    "payment": "Bank\nCard | 2 %\nCash | 100",
    "groups": "VIP\nTrade",
    "discounts": "10 % | from 50000\n500 | for VIP\n3.5 % | from 100 | for Trade",
    "promotions": "Spring | 10 % | subtotal | from 50 | for VIP\nFree ride | 100 % | shipping",
    "gift_cards": "GIFT | 5000",
}


def values(sandbox: SandboxClient, store_id: int) -> dict[str, str]:
    """Return the values of the form as the page shows them."""
    text = sandbox.call("GET", f"/_sandbox/stores/{store_id}/prices").text
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    inputs = re.findall(r'<input\s+name="(\w+)"[^>]*?value="([^"]*)"', text, re.DOTALL)
    checks = re.findall(r'<input type="checkbox"\s+name="(\w+)"\s+checked', text)
    return {name: unescape(value) for name, value in areas + inputs} | dict.fromkeys(checks, "on")


def submit(sandbox: SandboxClient, store_id: int, form: dict[str, str]) -> requests.Response:
    """Submit the form with these values."""
    return sandbox.call("POST", f"/_sandbox/stores/{store_id}/prices", data=form)


def save(sandbox: SandboxClient, store_id: int, **form: str) -> None:
    """Submit the form with the shown values and some changes."""
    answer = submit(sandbox, store_id, values(sandbox, store_id) | form)
    assert answer.status_code == 303, page_text(answer)


def settings(sandbox: SandboxClient, store_id: int) -> dict[str, Any]:
    """Return the settings of a store."""
    found: dict[str, Any] = sandbox.admin("GET", f"/stores/{store_id}/settings").json()
    return found


def test_saved_prices_are_shown_again(sandbox: SandboxClient, store_id: int) -> None:
    submit(sandbox, store_id, FORM)

    shown = values(sandbox, store_id)

    assert shown == FORM | {
        "currency": "HUF",
        "taxes": "ÁFA | 27 | shipping | AT=20, CH=0\nBooks | 5 | by product",
    }
    assert settings(sandbox, store_id)["pricesIncludeTax"] is False


def test_saving_without_a_change_changes_nothing(sandbox: SandboxClient, store_id: int) -> None:
    submit(sandbox, store_id, FORM)
    before = settings(sandbox, store_id)
    promotions = sandbox.list_items(store_id, "/promotions")
    groups = sandbox.list_items(store_id, "/customer_groups")

    save(sandbox, store_id)

    assert settings(sandbox, store_id) == before
    assert sandbox.list_items(store_id, "/promotions") == promotions
    assert sandbox.list_items(store_id, "/customer_groups") == groups


def test_the_form_of_a_new_store_keeps_its_defaults(sandbox: SandboxClient, store_id: int) -> None:
    before = settings(sandbox, store_id)

    save(sandbox, store_id)

    after = settings(sandbox, store_id)
    assert [option["id"] for option in after["shippingOptions"]] == [
        option["id"] for option in before["shippingOptions"]
    ]
    assert after["taxes"] == before["taxes"]
    assert values(sandbox, store_id)["shipping"] == (
        "Standard delivery | 4.9 | free from 75\nExpress delivery | 12.5\n"
        "Pick up in the shop | 0 | pickup"
    )


def test_the_prices_of_the_form_are_charged(sandbox: SandboxClient, store_id: int) -> None:
    submit(sandbox, store_id, FORM)

    order = sandbox.api(
        store_id,
        "/order/calculate",
        method="POST",
        json={
            "items": [{"price": 60000, "quantity": 1}],
            "shippingPerson": {"countryCode": "AT"},
            "giftCardCode": "GIFT",
        },
    ).json()

    assert (order["volumeDiscount"], order["handlingFee"]["name"]) == (6000, "Box")
    # 20 % on 54,000 and on the handling fee.
    assert (order["tax"], order["total"]) == (10860, 60160)


def test_missing_lines_delete_promotions_and_groups(sandbox: SandboxClient, store_id: int) -> None:
    submit(sandbox, store_id, FORM)

    save(
        sandbox,
        store_id,
        groups="Trade",
        discounts="",
        promotions="Free ride | 50 % | shipping | from 10",
    )

    (ride,) = sandbox.list_items(store_id, "/promotions")
    assert (ride["name"], ride["amount"], ride["triggers"]) == ("Free ride", 50, {"subtotal": 10})
    assert [g["name"] for g in sandbox.list_items(store_id, "/customer_groups")] == [
        "General",
        "Trade",
    ]


def test_lines_keep_what_they_cant_describe(sandbox: SandboxClient, store_id: int) -> None:
    complex_options = [
        {"id": "bike", "title": "Bike", "flatRate": {"rateType": "PERCENT", "rate": 5}},
        {"id": "far", "title": "Far", "destinationZone": {"countryCodes": ["US"]}},
    ]
    sandbox.change_settings(store_id, shippingOptions=complex_options)
    item = {"name": "Two", "discountBase": "ITEM", "discountType": "FIXED_PRICE", "amount": 3}
    sandbox.api(store_id, "/promotions", method="POST", json=item)
    tier = {"base": "ON_MEMBERSHIP", "type": "ABS", "value": 1, "membershipId": 9}
    sandbox.change_settings(store_id, discounts=[tier])
    before = settings(sandbox, store_id)

    shown = values(sandbox, store_id)
    save(sandbox, store_id, discounts="")

    assert shown["shipping"] == "Bike | as set\nFar | as set"
    assert (shown["promotions"], shown["discounts"]) == ("Two | as set", "1 | for ?")
    assert settings(sandbox, store_id)["shippingOptions"] == before["shippingOptions"]
    assert sandbox.list_items(store_id, "/promotions")[0]["discountType"] == "FIXED_PRICE"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"precision": "9"}, "Precision is a whole number from 0 to 4"),
        ({"fee": "much"}, "Fee is a number"),
        ({"currency": " "}, "Field Store.currency"),
        ({"taxes": "VAT"}, "The line 'VAT' isn't understood"),
        ({"taxes": "VAT | 19 | always"}, "isn't understood"),
        ({"taxes": "VAT | 19 | AT=x"}, "isn't understood"),
        ({"taxes": "VAT | 19 %"}, "isn't understood"),
        ({"taxes": "VAT | 19 | north=5"}, "There is no zone north"),
        ({"taxes": "VAT | 190"}, "Field Tax.defaultTax"),
        ({"discounts": "a lot"}, "isn't understood"),
        ({"discounts": "5 | for Nobody"}, "isn't understood"),
        ({"promotions": "Spring | 10 %"}, "isn't understood"),
        ({"promotions": "Spring | 10 % | everything"}, "Field Promotion.discountBase"),
        ({"promotions": "Other | as set"}, "isn't understood"),
        ({"shipping": "Bike | fast"}, "isn't understood"),
        ({"payment": "Card | 2 EUR"}, "isn't understood"),
        ({"gift_cards": "GIFT"}, "isn't understood"),
    ],
    ids=str,
)
def test_an_invalid_form_saves_nothing(
    sandbox: SandboxClient, store_id: int, form: dict[str, str], message: str
) -> None:
    before = settings(sandbox, store_id)

    answer = submit(sandbox, store_id, values(sandbox, store_id) | {"groups": "New"} | form)

    assert answer.status_code == 400
    assert message in page_text(answer)
    assert settings(sandbox, store_id) == before
    assert len(sandbox.list_items(store_id, "/customer_groups")) == 1


def test_a_plan_without_groups_refuses_them(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(plan="Venture")

    answer = submit(sandbox, store_id, values(sandbox, store_id) | {"groups": "VIP"})

    assert answer.status_code == 400
    assert "Groups need a higher plan" in page_text(answer)


def test_a_store_is_closed_on_its_page(sandbox: SandboxClient, store_id: int) -> None:
    path = f"/_sandbox/stores/{store_id}"

    sandbox.call("POST", f"{path}/settings", data={"name": "x", "plan": "Free", "closed": "on"})

    assert sandbox.api(store_id, "/profile").json()["settings"]["closed"] is True
    assert "closed" in page_text(sandbox.call("GET", path))


def test_a_customer_gets_group_and_exemption_on_its_page(
    sandbox: SandboxClient, store_id: int
) -> None:
    group = sandbox.api(store_id, "/customer_groups", method="POST", json={"name": "VIP"}).json()
    made = sandbox.api(store_id, "/customers", method="POST", json={"email": "a@b.example"}).json()
    path = f"/_sandbox/stores/{store_id}/customers/{made['id']}"

    form = {"group": str(group["id"]), "tax_exempt": "on", "tax_id": "ATU1"}
    saved = sandbox.call("POST", path, data=form)

    assert saved.status_code == 303
    customer = sandbox.api(store_id, f"/customers/{made['id']}").json()
    assert (customer["customerGroupName"], customer["taxExempt"]) == ("VIP", True)
    assert customer["taxId"] == "ATU1"
    assert "VIP" in page_text(sandbox.call("GET", path))


def test_a_plan_without_groups_shows_none(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(plan="Venture", customers=1)
    (customer,) = sandbox.parts.state.rows("SELECT id FROM customer WHERE store = ?", store_id)
    path = f"/_sandbox/stores/{store_id}/customers/{customer['id']}"

    saved = sandbox.call("POST", path, data={})

    assert saved.status_code == 303
    assert "Group" not in page_text(sandbox.call("GET", path)).partition("JSON")[0]
    assert sandbox.call("GET", f"{path}9").status_code == 404
