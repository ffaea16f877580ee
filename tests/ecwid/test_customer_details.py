"""Details of customers and coupons are read from Ecwid's records, whatever they contain."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given

from portal.ecwid.coupon_details import COUPON_DETAILS
from portal.ecwid.customer_details import CUSTOMER_DETAILS
from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.profile_details import profile_details
from tests.ecwid.odd_values import damaged, odd_values
from tests.factories import coupon_payload, customer_payload, profile_payload

CUSTOMER = customer_payload(
    billingPerson={"name": "Ada Adler", "companyName": "Adler & Sons", "phone": "+49 30 5551"},
    shippingAddresses=[
        {"id": 7, "name": "Bea", "defaultAddress": True},
        {"id": 8},
        {"id": 9, "street": "Mill street 2"},
    ],
    contacts=[{"contact": "ada@shopper.example", "type": "EMAIL", "default": True, "note": ""}],
    taxId="DE1",
    taxIdValid=True,
    taxExempt=True,
    b2b_b2c="b2b",
    lang="de",
    privateAdminNotes="On account",
    stats={"averageOrderValue": Decimal("49.9"), "firstOrderDate": "2026-01-01 10:00:00 +0000"},
)


def read(name: str, **changes: Any) -> Any:
    return CUSTOMER_DETAILS[name](LenientRecord("customers", CUSTOMER | changes))


def test_customer_has_addresses_and_contacts() -> None:
    assert read("company") == "Adler & Sons"
    assert read("billing_person")["phone"] == "+49 30 5551"
    assert [(a["id"], a["is_default"], a["name"]) for a in read("shipping_addresses")] == [
        (7, True, "Bea"),
        (9, False, None),
    ]
    assert read("contacts") == [
        {"type": "EMAIL", "value": "ada@shopper.example", "note": None, "is_default": True}
    ]


@pytest.mark.parametrize(
    ("kind", "discount", "shown"),
    [
        ("PERCENT", 10, "10"),
        ("PERCENT_AND_SHIPPING", Decimal("12.50"), "12.5"),
        ("ABS", 5, Decimal("5.00")),
        ("ABS_AND_SHIPPING", Decimal("7.5"), Decimal("7.50")),
        (None, None, None),
    ],
)
def test_discount_of_a_coupon_is_an_amount_or_a_percentage(
    kind: str | None, discount: Any, shown: Any
) -> None:
    coupon = coupon_payload(discountType=kind, discount=discount)

    found = COUPON_DETAILS["discount"](LenientRecord("discount_coupons", coupon))

    assert (type(found), found) == (type(shown), shown)


def test_customer_has_tax_facts_language_and_statistics() -> None:
    names = ("tax_id", "is_tax_id_valid", "is_tax_exempt", "is_business", "language")
    assert [read(name) for name in names] == ["DE1", True, True, True, "de"]
    assert read("average_order_value") == Decimal("49.90")
    assert read("first_order_at") == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert (read("private_notes"), read("last_order_at")) == ("On account", None)
    assert [read("is_business", b2b_b2c=value) for value in ("b2c", "x", None)] == [
        False,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        ({}, "product_ids", [5]),
        ({}, "category_ids", [7]),
        ({"catalogLimit": None}, "product_ids", []),
        ({"catalogLimit": {"products": [5, "6", "x", None]}}, "product_ids", [5, 6]),
        (
            {"shippingLimit": {"shippingMethods": ["std", 5, None]}},
            "shipping_methods",
            ["std", "5"],
        ),
        ({"applicationLimit": "NEW_CUSTOMER_ONLY"}, "application_limit", "NEW_CUSTOMER_ONLY"),
        (
            {"applicationLimit": None, "repeatCustomerOnly": True},
            "application_limit",
            "REPEAT_CUSTOMER_ONLY",
        ),
        ({"applicationLimit": None}, "application_limit", "UNLIMITED"),
    ],
)
def test_coupon_has_its_limits(changes: dict[str, Any], name: str, expected: Any) -> None:
    record = LenientRecord("discount_coupons", coupon_payload(**changes))

    assert COUPON_DETAILS[name](record) == expected


def test_profile_has_country_languages_taxes_units_and_logo() -> None:
    found = profile_details(
        profile_payload(
            company={"countryCode": "DE"},
            languages={"enabledLanguages": ["de", 5, "en"], "defaultLanguage": "de"},
            taxSettings={"pricesIncludeTax": True},
            formatsAndUnits={"weightUnit": "KILOGRAM", "dimensionsUnit": "CM"},
            generalInfo={"starterSite": {"storeLogoUrl": "https://clay.example/logo.png"}},
        )
    )

    assert found == {
        "brand_name": None,
        "country_code": "DE",
        "languages": ["de", "en"],
        "default_language": "de",
        "prices_include_tax": True,
        "weight_unit": "KILOGRAM",
        "dimensions_unit": "CM",
        "logo_url": "https://clay.example/logo.png",
    }
    assert profile_details({"settings": {"emailLogoUrl": "x"}})["logo_url"] == "x"


@given(damaged(CUSTOMER) | damaged(coupon_payload()) | odd_values)
def test_no_record_raises_or_breaks_the_json(payload: Any) -> None:
    record = LenientRecord("records", payload)

    for detail in (*CUSTOMER_DETAILS.values(), *COUPON_DETAILS.values()):
        msgspec.json.encode(detail(record))
    msgspec.json.encode(profile_details(payload))
