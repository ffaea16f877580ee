"""Details of orders are read from Ecwid's records, whatever they contain."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.order_details import ORDER_DETAILS
from tests.ecwid.odd_values import damaged, odd_values
from tests.factories import order_payload

PERSON = {
    "name": "Ada Adler",
    "firstName": "Ada",
    "lastName": "Adler",
    "companyName": "Adler & Sons",
    "street": "Linden street 5\nBack yard",
    "city": "Berlin",
    "postalCode": "10115",
    "stateOrProvinceCode": "BE",
    "stateOrProvinceName": "Berlin",
    "countryCode": "DE",
    "countryName": "Germany",
    "phone": "+49 30 5551",
}
FULL: dict[str, Any] = order_payload(
    billingPerson=PERSON,
    shippingPerson=PERSON,
    shippingOption={
        "shippingMethodId": "std",
        "shippingMethodName": "Standard",
        "shippingCarrierName": "DHL",
        "shippingRate": Decimal("4.9"),
        "fulfillmentType": "SHIPPING",
        "estimatedTransitTime": "2-4",
    },
    shipments=[
        {
            "id": "s1",
            "created": "2026-03-01 12:00:00 +0000",
            "shippingService": {"carrier": "dhl", "carrierName": "DHL"},
            "tracking": {"trackingNumber": "RX1", "trackingUrl": "https://dhl.example/RX1"},
        }
    ],
    refunds=[{"date": "2026-03-02 10:00:00 +0000", "reason": "Broken", "amount": 5}],
    refundedAmount=5,
    extraFields={"gift": "yes", "wrapping": "Paper"},
    orderExtraFields=[{"id": "wrapping", "title": "How?", "value": "Paper"}],
    discountInfo=[{"base": "ON_TOTAL", "description": "From 20"}],
    customDiscount=[Decimal("1.5")],
    handlingFee={"name": "Packing", "value": 3, "valueWithoutTax": Decimal("2.52"), "taxes": []},
    customSurcharges=[{"id": "tips", "description": "Tip", "total": 2}],
    items=[
        {
            "id": 901,
            "productId": 5,
            "combinationId": 51,
            "sku": "MUG-1-L",
            "name": "Stoneware mug",
            "quantity": 2,
            "price": Decimal("24.9"),
            "productPrice": 22,
            "weight": Decimal("0.350"),
            "dimensions": {"length": 10, "width": Decimal("8.5"), "height": 9},
            "taxes": [
                {"name": "VAT", "value": 19, "total": Decimal("7.94"), "includeInPrice": True}
            ],
            "discounts": [{"discountInfo": {"base": "CUSTOM", "description": "-"}, "total": 1}],
            "selectedOptions": [
                {
                    "name": "Size",
                    "type": "CHOICE",
                    "value": "L",
                    "valuesArray": ["L"],
                    "selections": [
                        {
                            "selectionTitle": "L",
                            "selectionModifier": Decimal("2.9"),
                            "selectionModifierType": "ABSOLUTE",
                        }
                    ],
                },
                {"name": "Engraving", "type": "TEXT", "value": "For Bea"},
            ],
        }
    ],
)


def read(name: str, **changes: Any) -> Any:
    """Return one detail of an order with these changes."""
    return ORDER_DETAILS[name](LenientRecord("orders", FULL | changes))


def test_person_has_every_part_and_two_lines_of_the_address() -> None:
    assert read("billing_person") == {
        "name": "Ada Adler",
        "first_name": "Ada",
        "last_name": "Adler",
        "company": "Adler & Sons",
        "street": "Linden street 5",
        "street_2": "Back yard",
        "city": "Berlin",
        "postal_code": "10115",
        "state_code": "BE",
        "state": "Berlin",
        "country_code": "DE",
        "country": "Germany",
        "phone": "+49 30 5551",
    }
    assert read("shipping_person", shippingPerson={"firstName": "Bea"})["name"] == "Bea"
    assert read("shipping_person", shippingPerson={"name": ""}) is None


def test_item_has_its_options_taxes_and_size() -> None:
    (item,) = read("items")

    assert (item["price"], item["product_price"]) == (Decimal("24.90"), Decimal("22.00"))
    assert (item["weight"], item["dimensions"]["width"]) == ("0.35", "8.5")
    assert item["taxes"] == [
        {"name": "VAT", "rate": "19", "amount": Decimal("7.94"), "is_included": True}
    ]
    assert item["discounts"] == [
        {"kind": "custom_discount", "name": "-", "amount": Decimal("1.00")}
    ]
    size, engraving = item["options"]
    assert (size["name"], size["values"]) == ("Size", ["L"])
    assert size["selections"] == [
        {"title": "L", "price_modifier": Decimal("2.90"), "price_modifier_percent": None}
    ]
    assert (engraving["type"], engraving["values"]) == ("TEXT", ["For Bea"])


def test_percentage_of_a_selection_is_no_amount() -> None:
    selection = {
        "selectionTitle": "XL",
        "selectionModifier": 10,
        "selectionModifierType": "PERCENT",
    }
    option = {"name": "Size", "selections": [selection]}

    (item,) = read("items", items=[{"selectedOptions": [option]}])

    (chosen,) = item["options"]
    assert chosen["values"] == ["XL"]
    assert chosen["selections"][0]["price_modifier"] is None
    assert chosen["selections"][0]["price_modifier_percent"] == "10"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("RX1", "DHL", "https://dhl.example/RX1")]),
        ({"shipments": []}, [("RX1", "DHL", None)]),
        (
            {"shipments": [], "trackingUrl": "https://dhl.example/RX1"},
            [("RX1", "DHL", "https://dhl.example/RX1")],
        ),
        (
            {"trackingNumber": "RX2"},
            [("RX1", "DHL", "https://dhl.example/RX1"), ("RX2", "DHL", None)],
        ),
        ({"shipments": None, "trackingNumber": None}, []),
    ],
)
def test_shipments_include_the_tracking_number(
    changes: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    shipments = read("shipments", **changes)

    assert [(p["tracking_number"], p["carrier"], p["tracking_url"]) for p in shipments] == expected


def test_pickup_has_method_and_time() -> None:
    pickup = {"isPickup": True, "shippingMethodName": "Shop", "pickupInstruction": "Ring"}

    assert read("pickup") is None
    assert read("pickup", shippingOption=pickup, pickupTime="2026-03-03 09:00:00 +0000") == {
        "method": "Shop",
        "pickup_at": datetime(2026, 3, 3, 9, tzinfo=UTC),
        "instruction": "Ring",
        "location_id": None,
    }
    assert read("pickup", shippingOption={"fulfillmentType": "PICKUP"}) is not None


def test_shipping_has_carrier_and_times() -> None:
    shipping = read("shipping", latestShipDate="2026-03-02 10:00:00 +0000")

    assert (shipping["carrier"], shipping["rate"]) == ("DHL", Decimal("4.90"))
    assert (shipping["estimated_delivery"], shipping["type"]) == ("2-4", "SHIPPING")
    assert shipping["ship_by"] == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert read("shipping", shippingOption=None) is None
    assert read("shipping", shippingOption={"fulfilmentType": "PICKUP"})["type"] == "PICKUP"


def test_extra_fields_have_their_titles() -> None:
    assert read("extra_fields") == [
        {"name": "wrapping", "title": "How?", "value": "Paper"},
        {"name": "gift", "title": None, "value": "yes"},
    ]


def test_payment_has_no_parameters() -> None:
    payment = read(
        "payment", paymentMethod="Card", paymentParams={"card": "4111"}, paymentModule="X"
    )

    assert (payment["method"], payment["module"]) == ("Card", "X")
    assert "4111" not in str(payment)


def test_ip_address_is_in_no_detail() -> None:
    every = {name: read(name, ipAddress="203.0.113.9") for name in ORDER_DETAILS}

    assert "203.0.113.9" not in str(every)


@given(damaged(FULL) | odd_values)
def test_no_record_raises_or_breaks_the_json(payload: Any) -> None:
    record = LenientRecord("orders", payload)

    for detail in ORDER_DETAILS.values():
        msgspec.json.encode(detail(record))


@given(st.sampled_from(sorted(FULL)), odd_values)
def test_odd_parts_raise_nothing(name: str, value: Any) -> None:
    for payload in ({name: value}, {name: {"a": value}}, {name: [value, {"a": value}]}):
        record = LenientRecord("orders", payload)
        for detail in ORDER_DETAILS.values():
            msgspec.json.encode(detail(record))
