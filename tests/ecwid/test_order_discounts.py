"""Discounts, fees, taxes and refunds of an order by kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.order_discounts import order_discounts, order_fees, order_refunds, order_taxes

VAT = {"name": "VAT", "value": 19, "includeInPrice": True}


def order(**fields: Any) -> LenientRecord:
    return LenientRecord("orders", fields)


def kinds(record: LenientRecord) -> list[tuple[str, str, str]]:
    return [(part["kind"], part["name"], str(part["amount"])) for part in order_discounts(record)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"couponDiscount": 0, "discount": 0}, []),
        (
            {"couponDiscount": 5, "discountCoupon": {"code": "TEN"}},
            [("coupon", "TEN", "5.00")],
        ),
        (
            {
                "discount": 3,
                "volumeDiscount": 3,
                "discountInfo": [{"base": "SUBTOTAL", "description": "Autumn"}],
            },
            [("volume_discount", "Autumn", "3.00")],
        ),
        (
            {"discount": 6, "volumeDiscount": 3, "membershipBasedDiscount": 2},
            [
                ("volume_discount", "", "3.00"),
                ("group_discount", "", "2.00"),
                ("promotion", "", "1.00"),
            ],
        ),
        (
            {
                "discount": Decimal("4.5"),
                "customDiscount": [Decimal("1.5"), "x", -1, None],
                "discountInfo": [
                    {"base": "CUSTOM", "description": "Sorry"},
                    {"base": "ITEM", "description": "Mugs"},
                    {"base": "ITEM", "description": "Mugs"},
                ],
            },
            [("custom_discount", "Sorry", "1.50"), ("promotion", "Mugs", "3.00")],
        ),
        (
            {"discount": 1, "totalAndMembershipBasedDiscount": 2},
            [("volume_and_group_discount", "", "2.00")],
        ),
    ],
)
def test_discounts_are_listed_by_kind(
    fields: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert kinds(order(**fields)) == expected


def test_fees_have_kind_name_and_amounts() -> None:
    fees = order_fees(
        order(
            handlingFee={"name": "Packing", "value": Decimal("3.5"), "taxes": [VAT | {"total": 1}]},
            customSurcharges=[
                {"id": "TIPS", "description": "Tip", "total": 2},
                {"id": "pallet", "total": 5, "totalWithoutTax": Decimal("4.2")},
            ],
        )
    )

    assert [(fee["kind"], fee["name"], str(fee["amount"])) for fee in fees] == [
        ("handling_fee", "Packing", "3.50"),
        ("tip", "Tip", "2.00"),
        ("surcharge", "pallet", "5.00"),
    ]
    assert fees[0]["taxes"][0]["rate"] == "19"
    assert order_fees(order(handlingFee={"name": "None", "value": 0})) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"tax": 5}, [("", None, "5.00")]),
        (
            {"tax": 3, "items": [{"taxes": [VAT | {"total": 1}]}, {"taxes": [VAT | {"total": 2}]}]},
            [("VAT", "19", "3.00")],
        ),
        (
            {
                "tax": 4,
                "items": [{"taxes": [VAT | {"total": 3}]}],
                "taxesOnShipping": [VAT | {"total": 1}],
                "handlingFee": {"value": 1, "taxes": [VAT | {"total": 7}]},
            },
            [("VAT", "19", "4.00")],
        ),
        (
            {"tax": 3, "items": [{"taxes": [VAT | {"total": 3}]}], "taxesOnShipping": [VAT]},
            [("VAT", "19", "3.00")],
        ),
        (
            {"tax": 5, "pricesIncludeTax": True, "items": [{"taxes": [VAT | {"total": 3}]}]},
            [("VAT", "19", "3.00"), ("", None, "2.00")],
        ),
    ],
)
def test_taxes_add_up_to_the_orders_tax(
    fields: dict[str, Any], expected: list[tuple[str, str | None, str]]
) -> None:
    taxes = order_taxes(order(**fields))

    assert [(tax["name"], tax["rate"], str(tax["amount"])) for tax in taxes] == expected


def test_refunds_are_the_stores_and_the_rest() -> None:
    refunds = order_refunds(
        order(
            refundedAmount=8,
            refunds=[{"amount": 5, "date": "2026-03-02 10:00:00 +0000", "reason": "Broken"}],
        )
    )

    assert [(str(part["amount"]), part["reason"]) for part in refunds] == [
        ("5.00", "Broken"),
        ("3.00", None),
    ]
    assert order_refunds(order(refundedAmount=0)) == []
