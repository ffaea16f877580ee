"""Every amount of Ecwid's calculation is read; a calculation without a total is unreadable."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from portal.ecwid.calculations import read_calculation
from portal.errors import RecordError
from portal.rules.orders.calculations import (
    CalculatedItem,
    Charge,
    Promotion,
    ShippingOption,
    TaxLine,
)
from tests.factories import with_decimals

VAT = {"name": "VAT", "value": 19, "total": 0.57, "includeInPrice": True}
VAT_LINE = TaxLine("VAT", Decimal(19), Decimal("0.57"), is_included=True)
TINY = Decimal("1E-999999999")
FULL: dict[str, Any] = {
    "subtotal": 50,
    "subtotalWithoutTax": 42.02,
    "total": 41,
    "tax": 0.57,
    "pricesIncludeTax": True,
    "couponDiscount": 1,
    "discount": 13,
    "volumeDiscount": 5,
    "membershipBasedDiscount": 4,
    "totalAndMembershipBasedDiscount": 3,
    "discountInfo": [
        {"value": 5, "type": "ABS", "base": "ON_TOTAL", "description": "From 50"},
        {"value": 8, "type": "PERCENT", "base": "ON_MEMBERSHIP"},
    ],
    "customDiscount": [],
    "handlingFee": {"name": "Packing", "value": 3, "valueWithoutTax": 2.43, "taxes": [VAT]},
    "customSurcharges": [
        {"id": "card", "value": 2, "type": "PERCENT", "total": 1, "totalWithoutTax": 0},
        {"id": "tips", "value": 4, "type": "ABSOLUTE", "description": "Tip"},
        {"id": "odd", "value": 7, "type": "PERCENT"},
    ],
    "giftCardRedemption": 6,
    "totalBeforeGiftCardRedemption": 47,
    "taxesOnShipping": [{"name": "VAT", "value": 19, "total": 0.57}],
    "shippingOption": {
        "shippingMethodId": "7",
        "shippingMethodName": "Express",
        "shippingCarrierName": "Post",
        "shippingRate": 3.57,
        "shippingRateWithoutTax": 3,
        "fulfilmentType": "SHIPPING",
    },
    "availableShippingOptions": [{"shippingMethodName": "Pickup", "isPickup": True}],
    "items": [{"price": 50, "tax": 0.57, "taxes": [VAT], "discounts": [{"total": 13}]}],
    "customerGroup": "Wholesale",
}


def read(**changes: Any) -> Any:
    return read_calculation(with_decimals(FULL | changes))


def test_every_amount_is_read() -> None:
    made = read()

    assert (made.total, made.subtotal, made.tax) == (41, 50, Decimal("0.57"))
    assert made.subtotal_without_tax == Decimal("42.02")
    assert (made.coupon_discount, made.discount) == (1, 13)
    assert (made.volume_discount, made.group_discount) == (5, 4)
    assert (made.volume_and_group_discount, made.gift_card) == (3, 6)
    assert made.promotions == (
        Promotion(Decimal(5), base="ON_TOTAL", description="From 50"),
        Promotion(Decimal(8), is_percent=True, base="ON_MEMBERSHIP"),
    )
    assert made.charges == (
        Charge("Packing", Decimal(3), Decimal("2.43"), taxes=(VAT_LINE,)),
        Charge("card", Decimal(1)),
        Charge("Tip", Decimal(4), is_tip=True),
        Charge("odd", Decimal(0)),
    )
    assert made.shipping == ShippingOption(
        "7",
        "Express",
        Decimal("3.57"),
        fulfillment_type="SHIPPING",
        carrier="Post",
        rate_without_tax=Decimal(3),
    )
    assert made.shipping_options == (
        ShippingOption("Pickup", "Pickup", Decimal(0), is_pickup=True),
    )
    assert made.shipping_taxes == (VAT_LINE,)
    assert made.items[0].taxes == (VAT_LINE,)
    assert (made.items[0].price, made.items[0].tax) == (50, Decimal("0.57"))


def test_order_gets_the_calculated_fields_but_no_empty_list() -> None:
    made = read()

    assert set(made.order_fields) == {
        "discount",
        "volumeDiscount",
        "membershipBasedDiscount",
        "totalAndMembershipBasedDiscount",
        "discountInfo",
        "handlingFee",
        "customSurcharges",
        "taxesOnShipping",
        "giftCardRedemption",
        "totalBeforeGiftCardRedemption",
        "customerGroup",
    }
    assert set(made.items[0].order_fields) == {"tax", "taxes", "discounts"}
    assert "discountInfo" not in read(discountInfo=[]).order_fields


def test_order_gets_amounts_as_numbers_and_no_field_without_a_value() -> None:
    made = read(
        discount="13.00",
        customDiscount=["5", None],
        handlingFee={"name": None, "value": "3.50", "description": "1", "taxes": None},
        customSurcharges=[{"id": "7", "total": "1", "taxes": [{"total": "0.57", "name": None}]}],
        items=[{"tax": "0.57", "taxes": [VAT | {"taxOnShipping": "NaN"}]}],
    )

    fields = made.order_fields
    assert fields["discount"] == Decimal("13.00")
    assert fields["customDiscount"] == [Decimal(5)]
    assert fields["handlingFee"] == {"value": Decimal("3.50"), "description": "1"}
    taxes = [{"total": Decimal("0.57")}]
    assert fields["customSurcharges"] == [{"id": "7", "total": Decimal(1), "taxes": taxes}]
    assert made.items[0].order_fields == {"tax": Decimal("0.57"), "taxes": with_decimals([VAT])}
    assert "handlingFee" not in read(handlingFee={"name": None, "value": None}).order_fields


@pytest.mark.parametrize("name", ["customerTaxExempt", "reversedTaxApplied"])
def test_exempt_customer_and_reversed_tax_are_exemptions(name: str) -> None:
    assert read(**{name: True}).is_tax_exempt
    assert not read(**{name: False}).is_tax_exempt


def test_missing_amounts_are_zero() -> None:
    made = read_calculation({"total": 5})

    assert (made.subtotal, made.tax, made.coupon_discount, made.gift_card) == (0, 0, 0, 0)
    assert (made.discount, made.subtotal_without_tax, made.shipping) == (None, None, None)
    assert (made.charges, made.items, made.offered("7")) == ((), (), None)
    assert read_calculation({"total": 5, "items": [{}]}).items == (CalculatedItem(),)


def test_fields_that_only_some_records_have_are_read() -> None:
    option = {"shippingRate": 5, "discountedShippingRate": 4, "taxes": [VAT | {"value": TINY}]}
    made = read(
        subtotal=None,
        items=[{"price": 12.5, "quantity": 2}, {"price": 4, "quantity": 1}],
        discountCoupon={"code": "TEN"},
        taxesOnShipping=None,
        shippingOption=option,
        customSurcharges=[{"descriptionTranslated": "Ökofonds", "description": "Eco", "total": 1}],
    )

    assert (made.subtotal, made.coupon_code, made.customer_group) == (29, "TEN", "Wholesale")
    assert (made.shipping.rate, made.shipping.discounted_rate) == (5, 4)
    assert made.shipping_taxes == (replace(VAT_LINE, rate=Decimal(0)),)
    assert made.surcharges == (Charge("Ökofonds", Decimal(1)),)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"total": None}, "total"),
        ({"total": "x"}, "total"),
        ({"handlingFee": {"value": []}}, "handlingFee.value"),
        ({"customSurcharges": [{"total": "x"}]}, "customSurcharges[0].total"),
        ({"discountInfo": [5]}, "discountInfo[0]"),
        ({"items": [{"taxes": [{"total": "x"}]}]}, "items[0].taxes[0].total"),
    ],
)
def test_unreadable_amount_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(RecordError) as refused:
        read(**changes)

    assert path in str(refused.value)


def test_offered_option_is_found_by_id_or_name() -> None:
    made = read(
        availableShippingOptions=[{"shippingMethodId": "7", "shippingMethodName": "Express"}]
    )

    assert made.offered("7") == made.offered("Express") != made.offered("9")
    assert not made.includes(made.offered("7"))
    assert made.includes(made.shipping)


def test_option_that_is_offered_twice_is_none_of_them() -> None:
    post = {"shippingMethodName": "Post"}
    made = read(
        availableShippingOptions=[
            post | {"shippingMethodId": "7", "shippingRate": 5},
            post | {"shippingMethodId": "7", "shippingRate": 5},
            post | {"shippingMethodId": "8", "shippingRate": 6},
            {"shippingMethodId": "9", "shippingMethodName": "UPS Ground"},
            {"shippingMethodId": "9", "shippingMethodName": "UPS Air"},
        ]
    )

    assert [len(made.all_offered(method)) for method in ("Post", "9", "", None)] == [2, 2, 0, 0]
    assert made.offered("Post") is made.offered("9") is None
    found = [made.offered(method) for method in ("7", "8", "UPS Air")]
    assert [option and option.rate for option in found] == [5, 6, 0]
