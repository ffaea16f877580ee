"""Tests for the amounts of a calculated order, by kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.sandbox.validation import UnprocessableError
from tests.sandbox.pricing.terms import NO_TAX, ONE, STANDARD, calculated, promotion, terms

NET = {"pricesIncludeTax": False}
ITEMS = [{"price": 10, "quantity": 2}, {"price": 5.5, "quantity": 1}]
TIP = {"id": "tips", "value": 2, "description": "Tip"}


@pytest.mark.parametrize(
    ("kind", "settings", "sent", "total", "tax"),
    [
        ("included", {}, {}, 100, 15.97),
        ("on top", NET, {}, 119, 19),
        ("exempt, gross", {}, {"customerTaxExempt": True}, 84.03, 0),
        ("exempt, net", NET, {"customerTaxExempt": True}, 100, 0),
        ("reversed", {}, {"reversedTaxApplied": True}, 84.03, 0),
        ("no tax", NO_TAX, {}, 100, 0),
        ("no tax, exempt", NO_TAX, {"customerTaxExempt": True}, 100, 0),
        (
            "tax turned off",
            {"taxes": [{"name": "VAT", "defaultTax": 19, "enabled": False}]},
            {},
            100,
            0,
        ),
        ("store's fee", NO_TAX | {"handlingFee": {"value": 3.5}}, {}, 103.5, 0),
        (
            "sent fee",
            NO_TAX | {"handlingFee": {"value": 3.5}},
            {"handlingFee": {"value": 1}},
            101,
            0,
        ),
        ("fee with tax", {"handlingFee": {"value": 3.5}}, {}, 103.5, 16.53),
        ("fee, tax on top", NET | {"handlingFee": {"value": 3.5}}, {}, 123.17, 19.67),
        ("tip", NO_TAX, {"customSurcharges": [TIP]}, 102, 0),
        ("surcharge in percent", NO_TAX, {"customSurcharges": [TIP | {"type": "PERCENT"}]}, 102, 0),
        ("taxable surcharge", {}, {"customSurcharges": [TIP | {"taxable": True}]}, 102, 16.29),
        ("tax on top of it", NET, {"customSurcharges": [TIP | {"taxable": True}]}, 121.38, 19.38),
        ("shipping", {}, {"shippingOption": {"shippingMethodId": "express"}}, 112.5, 17.97),
        ("shipping, net", NET, {"shippingOption": {"shippingMethodId": "express"}}, 133.88, 21.38),
        ("unknown shipping", NO_TAX, {"shippingOption": {"shippingRate": 7}}, 107, 0),
        ("shipping without a rate", NO_TAX, {"shippingOption": {"shippingMethodId": "?"}}, 100, 0),
        (
            "exempt shipping",
            {},
            {"customerTaxExempt": True, "shippingOption": {"shippingMethodId": "express"}},
            94.53,
            0,
        ),
        ("gift card", NO_TAX | {"giftCards": {"GIFT": 30}}, {"giftCardCode": "GIFT"}, 70, 0),
        ("large gift card", {"giftCards": {"GIFT": 300}}, {"giftCardCode": "GIFT"}, 0, 15.97),
        ("unknown gift card", NO_TAX, {"giftCardCode": "?", "giftCardRedemption": 5}, 95, 0),
        (
            "sent discount",
            NO_TAX,
            {"discountInfo": [{"value": 10, "type": "ABS", "base": "CUSTOM"}]},
            90,
            0,
        ),
        (
            "sent coupon",
            NO_TAX,
            {"discountCoupon": {"discountType": "PERCENT", "discount": 5}},
            95,
            0,
        ),
        ("paused coupon", NO_TAX, {"discountCoupon": {"discount": 5, "status": "PAUSED"}}, 100, 0),
        (
            "coupon below its minimum",
            NO_TAX,
            {"discountCoupon": {"discount": 5, "totalLimit": 100.01}},
            100,
            0,
        ),
        (
            "coupon at its minimum",
            NO_TAX,
            {"discountCoupon": {"discount": 5, "totalLimit": 100}},
            95,
            0,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_store_charges_by_its_terms(
    kind: str, settings: dict[str, Any], sent: dict[str, Any], total: float, tax: float
) -> None:
    order = calculated(ONE | sent, terms(**settings))

    assert (order["total"], order["tax"]) == (total, tax)
    assert order["totalWithoutTax"] == pytest.approx(total - tax)


@pytest.mark.parametrize(
    ("currency", "precision", "price", "total", "tax"),
    [
        ("USD", 3, 0.125, 0.125, 0.02),
        ("HUF", 0, 999, 999, 160),
        ("JPY", None, 1000, 1000, 160),
        ("BHD", None, 1.2345, 1.235, 0.197),
        ("EUR", None, 1.005, 1.01, 0.16),
    ],
)
def test_amounts_are_rounded_to_the_decimals_of_the_currency(
    currency: str, precision: int | None, price: float, total: float, tax: float
) -> None:
    formats = {} if precision is None else {"currencyPrecision": precision}

    order = calculated(
        {"items": [{"price": price, "quantity": 1}]}, terms(currency, formatsAndUnits=formats)
    )

    assert (order["total"], order["tax"]) == (total, tax)


def test_several_rates_share_the_price() -> None:
    rates = [{"name": "State", "defaultTax": 12}, {"name": "City", "defaultTax": 8}]

    gross = calculated(ONE, terms(taxes=rates))
    net = calculated(ONE, terms(taxes=rates, pricesIncludeTax=False))

    assert [tax["total"] for tax in gross["items"][0]["taxes"]] == [10, 6.67]
    assert [(tax["name"], tax["value"]) for tax in net["items"][0]["taxes"]] == [
        ("State", 12),
        ("City", 8),
    ]
    assert (gross["total"], net["total"]) == (100, 120)


def test_taxes_of_single_products_apply_to_them_only() -> None:
    rates = [
        {"id": 1, "name": "VAT", "defaultTax": 19, "taxShipping": True},
        {
            "id": 2,
            "name": "Reduced",
            "defaultTax": 7,
            "appliedByDefault": False,
            "taxShipping": True,
        },
    ]
    products = {
        1: {"tax": {"taxable": True, "enabledManualTaxes": [2]}},
        2: {"tax": {"taxable": False}},
    }
    store = replace(terms(taxes=rates, pricesIncludeTax=False), product=products.get)

    order = calculated(
        {
            "items": [{"productId": n, "price": 40, "quantity": 1} for n in (1, 2)],
            "shippingOption": {"shippingRate": 10},
        },
        store,
    )

    assert [[tax["name"] for tax in item["taxes"]] for item in order["items"]] == [
        ["VAT", "Reduced"],
        [],
    ]
    # Half of the shipping cost belongs to the product without tax.
    assert [tax["total"] for tax in order["taxesOnShipping"]] == [0.95, 0.35]


@pytest.mark.parametrize(
    ("person", "percent"),
    [
        ({"countryCode": "AT"}, 20),
        ({"countryCode": "US", "stateOrProvinceCode": "CA", "postalCode": "90210"}, 9),
        ({"countryCode": "US", "stateOrProvinceCode": "CA", "postalCode": "10001"}, 0),
        ({"countryCode": "CH"}, 19),
        ({}, 21),
    ],
    ids=str,
)
def test_the_first_zone_of_the_address_decides_the_rate(
    person: dict[str, Any], percent: int
) -> None:
    zones = [
        {"id": "at", "name": "Austria", "countryCodes": ["AT"]},
        {
            "id": "la",
            "name": "Los Angeles",
            "stateOrProvinceCodes": ["US-CA"],
            "postCodes": ["90%"],
        },
        {"id": "us", "name": "USA", "countryCodes": ["US"]},
        {"id": "de", "name": "Germany", "countryCodes": ["DE"]},
    ]
    rules = [
        {"zoneId": zone, "tax": tax}
        for zone, tax in (("at", 20), ("la", 9), ("us", 0), ("de", 21), ("?", 5))
    ]
    store = terms(zones=zones, taxes=[{"name": "VAT", "defaultTax": 19, "rules": rules}])

    order = calculated(ONE | {"billingPerson": person}, store)

    assert order["items"][0]["taxes"][0]["value"] == percent


def test_the_address_of_a_tax_can_be_the_billing_address() -> None:
    zones = [{"id": "at", "name": "Austria", "countryCodes": ["AT"]}]
    tax = {"name": "VAT", "defaultTax": 19, "rules": [{"zoneId": "at", "tax": 20}]}
    people = {"billingPerson": {"countryCode": "AT"}, "shippingPerson": {"countryCode": "DE"}}

    found = [
        calculated(ONE | people, terms(zones=zones, taxes=[tax | {"useShippingAddress": used}]))
        for used in (True, False)
    ]

    assert [order["items"][0]["taxes"][0]["value"] for order in found] == [19, 20]


def test_volume_and_group_discounts_are_listed_and_added_up() -> None:
    tiers = [
        {"base": "ON_TOTAL", "type": "ABS", "value": 1, "orderTotal": 10},
        {"base": "ON_TOTAL", "type": "ABS", "value": 5, "orderTotal": 100},
        {"base": "ON_TOTAL", "type": "ABS", "value": 9, "orderTotal": 101},
        {"base": "ON_MEMBERSHIP", "type": "PERCENT", "value": 2, "membershipId": 3},
        {"base": "ON_TOTAL_AND_MEMBERSHIP", "type": "ABS", "value": 1, "membershipId": 3},
    ]
    store = terms(discounts=tiers, **NO_TAX)
    member = {"customerGroupId": 3, "customerGroupName": "VIP"}

    guest = calculated(ONE, store)
    group = calculated(ONE, replace(store, customer=member))
    other = calculated(ONE, replace(store, customer={"customerGroupId": 4}))

    assert [order["discount"] for order in (guest, group, other)] == [5, 8, 5]
    assert [
        group[name]
        for name in ("volumeDiscount", "membershipBasedDiscount", "totalAndMembershipBasedDiscount")
    ] == [5, 2, 1]
    assert [discount["base"] for discount in group["discountInfo"]] == [
        "ON_TOTAL",
        "ON_MEMBERSHIP",
        "ON_TOTAL_AND_MEMBERSHIP",
    ]
    assert (group["customerGroupId"], group["customerGroup"]) == (3, "VIP")


@pytest.mark.parametrize("sent", [[], [{"value": 3, "type": "ABS", "base": "CUSTOM"}]], ids=str)
def test_sent_discounts_suppress_the_stores_own(sent: list[dict[str, Any]]) -> None:
    tier = {"base": "ON_TOTAL", "type": "ABS", "value": 5}
    store = replace(terms(discounts=[tier], **NO_TAX), promotions=[promotion()])

    order = calculated(ONE | {"discountInfo": sent}, store)

    assert order["discountInfo"] == sent
    assert order["discount"] == sum(discount["value"] for discount in sent)
    assert calculated(ONE, store)["discount"] == 15


def test_a_sent_discount_below_its_minimum_is_missing_in_the_answer() -> None:
    discount = {"value": 5, "type": "ABS", "base": "ON_TOTAL", "orderTotal": 100.01}

    order = calculated(ONE | {"discountInfo": [discount, "no discount"]})

    assert (order["discountInfo"], order["discount"]) == ([], 0)


def test_discounts_never_exceed_the_order() -> None:
    coupon = {"discountType": "ABS_AND_SHIPPING", "discount": 90}
    infos = [
        {"value": 20, "type": "ABS", "base": "CUSTOM"},
        {"value": 50, "type": "PERCENT", "base": "SHIPPING"},
    ]

    order = calculated(
        ONE
        | {
            "discountCoupon": coupon,
            "discountInfo": infos,
            "shippingOption": {"shippingMethodId": "express"},
        }
    )

    assert (order["couponDiscount"], order["discount"]) == (102.5, 10)
    assert (order["total"], order["tax"]) == (0, 0)


def test_items_carry_their_share_of_discounts_and_taxes() -> None:
    order = calculated(
        {
            "items": ITEMS,
            "discountCoupon": {"discountType": "PERCENT", "discount": 10},
            "discountInfo": [{"value": 1, "type": "ABS", "base": "CUSTOM", "description": "Hi"}],
        }
    )

    first, second = order["items"]
    assert (first["couponAmount"], second["couponAmount"]) == (2, 0.55)
    assert [item["discounts"][0]["total"] for item in order["items"]] == [0.78, 0.22]
    assert first["taxes"] == [
        {
            "name": "VAT",
            "value": 19,
            "total": 2.75,
            "taxOnDiscountedSubtotal": 2.75,
            "taxOnShipping": 0,
            "includeInPrice": True,
            "sourceTaxRateId": 1,
            "sourceTaxRateType": "MANUAL",
        }
    ]
    assert first["priceWithoutTax"] == 8.4
    assert order["customDiscount"] == [1]


def test_everything_that_is_sent_comes_back() -> None:
    sent = {
        "email": "ada@shopper.example",
        "ipAddress": "192.0.2.1",
        "customerId": 12,
        "orderComments": "Ring twice",
        "extraFields": {"a": "b"},
        "billingPerson": {"name": "Ada", "countryCode": "DE"},
        "customSurcharges": [TIP],
        "discountCoupon": {"code": "NONE", "name": "None", "orderCount": 1},
        "items": [
            {
                "id": 55,
                "productId": 1,
                "name": "Mug",
                "price": 10,
                "quantity": 1,
                "productPrice": 8,
                "sku": "M",
                "combinationId": 4,
                "selectedOptions": [{"name": "Size", "value": "L"}],
                "shipping": 44,
                "couponAmount": 3,
                "discounts": [{"total": 5}],
            }
        ],
    }

    order = calculated(sent)

    for name in ("email", "ipAddress", "customerId", "orderComments", "extraFields"):
        assert order[name] == sent[name]
    assert order["shippingPerson"] == order["billingPerson"]
    assert order["billingPerson"] == sent["billingPerson"] | {"countryName": "Germany"}
    assert order["discountCoupon"] == sent["discountCoupon"] | {"orderCount": 0}
    item, given = order["items"][0], sent["items"][0]
    assert {name: item[name] for name in list(given)[:9]} == {
        name: given[name] for name in list(given)[:9]
    }
    # These are calculated, as the official client's tests expect.
    assert (item["shipping"], item["couponApplied"]) == (0, False)
    assert not {"couponAmount", "discounts"} & item.keys()


def test_a_payment_option_adds_its_fee() -> None:
    fee = {"type": "PERCENT", "value": 2}
    options = [
        {"id": "card", "checkoutTitle": "Card", "paymentSurcharges": fee},
        {"id": "bank", "checkoutTitle": "Bank"},
    ]
    store = terms(paymentOptions=options, **NO_TAX)

    found = [
        calculated(ONE | {"paymentOptionsDetails": {"paymentId": chosen}}, store)
        for chosen in ("card", "bank")
    ]

    assert [order["total"] for order in found] == [102, 100]
    assert found[0]["customSurcharges"][0]["description"] == "Card"


def test_a_handling_fee_is_answered_with_its_tax() -> None:
    order = calculated(ONE | {"handlingFee": {"name": "Box", "value": 10}})

    fee = order["handlingFee"]
    assert (fee["name"], fee["value"], fee["valueWithoutTax"]) == ("Box", 10, 8.4)
    assert [(tax["name"], tax["total"]) for tax in fee["taxes"]] == [("VAT", 1.6)]
    assert [tax["total"] for tax in order["taxesOnShipping"]] == [1.6]


@pytest.mark.parametrize(
    ("option", "person", "subtotal", "rates"),
    [
        ({"flatRate": {"rateType": "PERCENT", "rate": 10}}, {}, 50, [5]),
        ({"flatRate": {"rate": 3}, "enabled": False}, {}, 50, []),
        ({"flatRate": {"rate": 3}, "minimumOrderSubtotal": 50}, {}, 50, [3]),
        ({"flatRate": {"rate": 3}, "minimumOrderSubtotal": 51}, {}, 50, []),
        ({"destinationZone": {"countryCodes": ["AT"]}}, {"countryCode": "AT"}, 50, [0]),
        ({"destinationZone": {"countryCodes": ["AT"]}}, {"countryCode": "DE"}, 50, []),
        ({"destinationZone": {"countryCodes": ["AT"]}}, {}, 50, [0]),
        (
            {
                "ratesTable": {
                    "rates": [
                        {"conditions": {"subtotalTo": 50}, "rate": {"perOrder": 9}},
                        {"rate": {"perOrder": 1, "percent": 10}},
                    ]
                }
            },
            {},
            50,
            [6],
        ),
        (
            {
                "ratesTable": {
                    "rates": [{"conditions": {"subtotalFrom": 51}, "rate": {"perOrder": 9}}]
                }
            },
            {},
            50,
            [0],
        ),
    ],
    ids=str,
)
def test_shipping_options_have_their_rates_and_conditions(
    option: dict[str, Any], person: dict[str, Any], subtotal: float, rates: list[float]
) -> None:
    store = terms(shippingOptions=[{"title": "Bike", **option}])

    order = calculated(
        {"items": [{"price": subtotal, "quantity": 1}], "shippingPerson": person}, store
    )

    assert [found["shippingRate"] for found in order["availableShippingOptions"]] == rates


def test_pickup_options_have_their_instruction() -> None:
    option = {"title": "Shop", "fulfilmentType": "pickup", "pickupInstruction": "Ring the bell"}

    (found,) = calculated(ONE, terms(shippingOptions=[option]))["availableShippingOptions"]

    assert (found["isPickup"], found["pickupInstruction"]) == (True, "Ring the bell")


@pytest.mark.parametrize(
    "items",
    [
        None,
        [],
        "x",
        ["x"],
        [{"price": 1}],
        [{"price": -1, "quantity": 1}],
        [{"price": 1, "quantity": 0.5}],
    ],
    ids=str,
)
def test_an_order_without_usable_items_is_refused(items: object) -> None:
    with pytest.raises(UnprocessableError, match="price and a quantity"):
        calculated({"items": items})


def test_huge_amounts_are_calculated() -> None:
    order = calculated({"items": [{"price": 2**53, "quantity": 2**53}] * 2})

    assert order["total"] == pytest.approx(2.0**107)


def test_free_items_share_the_shipping_cost() -> None:
    order = calculated(
        {"items": [{"price": 0, "quantity": 1}] * 2, "shippingOption": STANDARD},
        terms(pricesIncludeTax=False),
    )

    assert (order["total"], order["tax"]) == (5.83, 0.93)
