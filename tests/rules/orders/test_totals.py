"""The named amounts of a calculation add up to Ecwid's total, or the difference is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.orders.calculations import (
    CalculatedItem,
    Calculation,
    Charge,
    Promotion,
    ShippingOption,
    TaxLine,
)
from portal.rules.orders.named_amounts import AmountKind, NamedAmount, in_units, sum_of
from portal.rules.orders.pricing import Currency
from portal.rules.orders.totals import Totals, calculated_totals, estimated_totals

EUR = Currency.of("EUR")
FEE = Charge("Packing", Decimal("3.50"))
GIFT_WRAP = Charge("Gift wrap", Decimal(2))
TIP = Charge("Tips", Decimal(5), is_tip=True)
POST = ShippingOption("p", "Post", Decimal("4.90"))
FREE_POST = ShippingOption("p", "Post", Decimal("4.90"), discounted_rate=Decimal(0))
NET_POST = ShippingOption("p", "Post", Decimal("4.90"), rate_without_tax=Decimal("4.12"))
VOLUME = Promotion(Decimal(10), base="ON_TOTAL", description="From 50")
GROUP = Promotion(Decimal(5), is_percent=True, base="ON_MEMBERSHIP", description="Wholesale")
MUGS = Promotion(Decimal(4), base="ITEM", description="Mugs")
BOWLS = Promotion(Decimal(10), is_percent=True, base="ITEM", description="Bowls")
EXEMPT = {"is_tax_exempt": True, "prices_include_tax": True}


def tax(amount: str, name: str = "VAT", rate: str = "19", *, is_included: bool = False) -> TaxLine:
    return TaxLine(name, Decimal(rate), Decimal(amount), is_included)


def item(*taxes: TaxLine) -> CalculatedItem:
    return CalculatedItem(taxes=taxes)


def totals(total: str, *, code: str = "EUR", ours: str = "100", **fields: Any) -> Totals:
    """Return the totals of a calculation; texts are amounts, and our lines cost ``ours``."""
    amounts = {n: Decimal(v) if isinstance(v, str) else v for n, v in fields.items()}
    calculation = Calculation(total=Decimal(total), **{"subtotal": Decimal(ours), **amounts})
    return calculated_totals(calculation, Decimal(ours), "TEN", Currency.of(code))


def parts(made: Totals) -> list[str]:
    """Return the amounts as texts such as ``shipping Post 4.90``."""
    assert sum_of(made.amounts) == made.total
    return [" ".join(f"{part.kind} {part.name} {part.amount}".split()) for part in made.amounts]


ITEMS = "items 100.00"
CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("100", {}, [ITEMS]),
    ("90", {"discount": "10"}, [ITEMS, "promotion -10.00"]),
    ("103.50", {"handling_fee": FEE}, [ITEMS, "handling_fee Packing 3.50"]),
    ("102", {"surcharges": (GIFT_WRAP,)}, [ITEMS, "surcharge Gift wrap 2.00"]),
    ("105", {"surcharges": (TIP,)}, [ITEMS, "tip Tips 5.00"]),
    ("80", {"gift_card": "20"}, [ITEMS, "gift_card -20.00"]),
    ("0", {"gift_card": "100"}, [ITEMS, "gift_card -100.00"]),
    (
        "97.52",
        {
            "coupon_discount": "10",
            "discount": "15",
            "volume_discount": "10",
            "group_discount": "5",
            "promotions": (VOLUME, GROUP),
            "handling_fee": FEE,
            "surcharges": (GIFT_WRAP, TIP),
            "shipping": POST,
            "tax": "17.12",
            "gift_card": "10",
        },
        [
            ITEMS,
            "coupon TEN -10.00",
            "volume_discount From 50 -10.00",
            "group_discount Wholesale -5.00",
            "handling_fee Packing 3.50",
            "surcharge Gift wrap 2.00",
            "shipping Post 4.90",
            "tax 17.12",
            "tip Tips 5.00",
            "gift_card -10.00",
        ],
    ),
    # Each promotion has its own amount if the values explain the sum.
    (
        "86",
        {"discount": "14", "promotions": (MUGS, BOWLS)},
        [ITEMS, "promotion Mugs -4.00", "promotion Bowls -10.00"],
    ),
    (
        "94",
        {"discount": "6", "promotions": (MUGS, BOWLS)},
        [ITEMS, "promotion Mugs, Bowls -6.00"],
    ),
    ("98", {"volume_and_group_discount": "2"}, [ITEMS, "volume_and_group_discount -2.00"]),
    # The sum of the promotions is certain, even if their kinds overlap.
    (
        "90",
        {"discount": "10", "volume_discount": "8", "group_discount": "8"},
        [ITEMS, "promotion -10.00"],
    ),
    # One row of the documentation has the coupon inside the discount.
    (
        "90",
        {"coupon_discount": "6", "discount": "10"},
        [ITEMS, "coupon TEN -6.00", "promotion -4.00"],
    ),
    # A discount of less than its kinds may be without them.
    ("92", {"discount": "0", "volume_discount": "8"}, [ITEMS, "volume_discount -8.00"]),
    # No percentage is above 100.
    (
        "0",
        {"discount": "100", "promotions": (replace(BOWLS, value=Decimal(10**12)),)},
        [ITEMS, "promotion Bowls -100.00"],
    ),
    # The store's discount on shipping is a part of the rate, or of the total.
    ("104.90", {"shipping": FREE_POST}, [ITEMS, "shipping Post 4.90"]),
    (
        "100",
        {"shipping": FREE_POST},
        [ITEMS, "shipping Post 4.90", "shipping_discount -4.90"],
    ),
    # A discount takes no more than there is.
    (
        "0",
        {"ours": "10", "discount": "15", "promotions": (VOLUME,)},
        ["items 10.00", "promotion From 50 -10.00"],
    ),
    (
        "4.90",
        {"ours": "10", "coupon_discount": "8", "discount": "5", "shipping": POST},
        ["items 10.00", "coupon TEN -8.00", "promotion -2.00", "shipping Post 4.90"],
    ),
    # Taxes: included, on top, both in one order, on fees, and without names.
    ("100", {"tax": "15.97", "prices_include_tax": True}, [ITEMS]),
    ("119", {"tax": "19"}, [ITEMS, "tax 19.00"]),
    (
        "127",
        {
            "tax": "27",
            "items": (item(tax("19"), tax("5", "City", "5")), item(tax("3", "City", "5"))),
        },
        [ITEMS, "tax VAT 19.00", "tax City 8.00"],
    ),
    (
        "105",
        {
            "tax": "20.97",
            "prices_include_tax": True,
            "items": (item(tax("15.97", is_included=True), tax("5", "City", "5")),),
        },
        [ITEMS, "tax City 5.00"],
    ),
    (
        "123.17",
        {
            "tax": "19.67",
            "handling_fee": Charge("Packing", FEE.amount, taxes=(tax("0.67"),)),
            "items": (item(tax("19")),),
        },
        [ITEMS, "handling_fee Packing 3.50", "tax VAT 19.67"],
    ),
    (
        "124.83",
        {
            "tax": "19.93",
            "shipping": POST,
            "shipping_taxes": (tax("0.93"),),
            "items": (item(tax("19")),),
        },
        [ITEMS, "shipping Post 4.90", "tax VAT 19.93"],
    ),
    # Taxes that the named ones don't explain.
    (
        "112",
        {"tax": "12", "items": (item(tax("7")),)},
        [ITEMS, "tax VAT 7.00", "tax 5.00"],
    ),
    # The store's prices include no tax, whatever the tax itself says.
    (
        "119",
        {"tax": "19", "items": (item(tax("19", is_included=True)),)},
        [ITEMS, "tax VAT 19.00"],
    ),
    # A fee with its tax, where the order lists that tax again.
    (
        "124.50",
        {
            "tax": "19.56",
            "handling_fee": Charge("Packing", FEE.amount, Decimal("2.94"), taxes=(tax("0.56"),)),
            "surcharges": (GIFT_WRAP,),
            "items": (item(tax("19")),),
        },
        [ITEMS, "handling_fee Packing 2.94", "surcharge Gift wrap 2.00", "tax VAT 19.56"],
    ),
    # Tax exemption in a store whose prices include 19 %.
    ("84.03", EXEMPT, [ITEMS, "tax_exemption -15.97"]),
    ("84.03", EXEMPT | {"subtotal": "84.03"}, [ITEMS, "tax_exemption -15.97"]),
    ("84.03", EXEMPT | {"subtotal_without_tax": "84.03"}, [ITEMS, "tax_exemption -15.97"]),
    (
        "88.15",
        EXEMPT | {"subtotal_without_tax": "84.03", "shipping": NET_POST},
        [ITEMS, "shipping Post 4.90", "tax_exemption -16.75"],
    ),
    (
        "75.63",
        EXEMPT | {"subtotal_without_tax": "84.03", "discount": "10"},
        [ITEMS, "promotion -10.00", "tax_exemption -14.37"],
    ),
    # Only the charges are taxable here.
    (
        "102.94",
        EXEMPT
        | {
            "subtotal_without_tax": "100",
            "handling_fee": Charge("Packing", FEE.amount, Decimal("2.94")),
        },
        [ITEMS, "handling_fee Packing 3.50", "tax_exemption -0.56"],
    ),
    ("84.03", {"is_tax_exempt": True, "subtotal": "84.03"}, [ITEMS, "tax_exemption -15.97"]),
    ("100", {"is_tax_exempt": True}, [ITEMS]),
    (
        "100",
        {"is_tax_exempt": True, "tax": "19"},
        [ITEMS, "tax 19.00", "tax_exemption -19.00"],
    ),
    # Precision of the currency.
    (
        "1650",
        {"code": "JPY", "ours": "1500", "tax": "150", "items": (item(tax("150.4", rate="10")),)},
        ["items 1500", "tax VAT 150"],
    ),
    (
        "10.815",
        {"code": "KWD", "ours": "10.300", "handling_fee": Charge("Box", Decimal("0.515"))},
        ["items 10.300", "handling_fee Box 0.515"],
    ),
    # Amounts that Ecwid didn't round.
    (
        "93.34",
        {"discount": "3.3333", "coupon_discount": "3.3333"},
        [ITEMS, "coupon TEN -3.33", "promotion -3.33"],
    ),
    (
        "100.11",
        {
            "handling_fee": Charge("Box", Decimal("0.035")),
            "surcharges": (Charge("Film", Decimal("0.035")), Charge("Card", Decimal("0.035"))),
        },
        [
            ITEMS,
            "handling_fee Box 0.03",
            "surcharge Film 0.04",
            "surcharge Card 0.04",
        ],
    ),
    # A difference that nothing explains is an amount of its own.
    ("99", {}, [ITEMS, "unexplained -1.00"]),
    ("101", {"discount": "10"}, [ITEMS, "promotion -10.00", "unexplained 11.00"]),
    ("84.03", {"prices_include_tax": True}, [ITEMS, "unexplained -15.97"]),
    ("40", EXEMPT, [ITEMS, "unexplained -60.00"]),
    ("101", EXEMPT, [ITEMS, "unexplained 1.00"]),
    ("90", EXEMPT | {"subtotal_without_tax": "84.03"}, [ITEMS, "unexplained -10.00"]),
    ("80", EXEMPT | {"subtotal_without_tax": "84.03"}, [ITEMS, "unexplained -20.00"]),
    ("84.03", EXEMPT | {"tax": "1"}, [ITEMS, "unexplained -15.97"]),
    ("84.03", {"is_tax_exempt": True}, [ITEMS, "unexplained -15.97"]),
]


@pytest.mark.parametrize(("total", "fields", "expected"), CASES)
def test_named_amounts_add_up_to_ecwids_total(
    total: str, fields: dict[str, Any], expected: list[str]
) -> None:
    made = totals(total, **fields)

    assert parts(made) == expected
    assert bool(made.unexplained) == expected[-1].startswith("unexplained")


def test_taxes_in_the_prices_are_listed_beside_the_amounts() -> None:
    made = totals(
        "100",
        tax="15.966",
        prices_include_tax=True,
        items=(item(tax("12.77", is_included=True)), item(tax("3.196", is_included=True))),
    )

    assert parts(made) == [ITEMS]
    assert made.taxes == (tax("15.97", is_included=True),)
    assert made.taxes[0].document()["rate"] == 19


def test_tax_on_top_is_not_listed_as_included() -> None:
    made = totals("119", tax="19", items=(item(tax("19", is_included=True)),))

    assert made.taxes == (tax("19"),)


def test_discount_without_a_text_has_the_name_of_the_customer_group() -> None:
    calculation = Calculation(
        total=Decimal(93),
        subtotal=Decimal(100),
        group_discount=Decimal(5),
        volume_discount=Decimal(2),
        customer_group="Gold",
    )

    made = calculated_totals(calculation, Decimal(100), "", EUR)

    assert parts(made) == [ITEMS, "volume_discount -2.00", "group_discount Gold -5.00"]


def test_order_without_a_calculation_has_its_items_and_the_coupon() -> None:
    made = estimated_totals(Decimal(20), Decimal(2), "TEN")

    assert parts(made) == ["items 20", "coupon TEN -2"]
    assert parts(estimated_totals(Decimal(20), Decimal(0), "")) == ["items 20"]


@given(
    st.lists(st.decimals(-1000, 1000, places=4), min_size=1, max_size=9),
    st.sampled_from(["JPY", "EUR", "KWD"]),
)
def test_rounded_amounts_add_up_to_the_rounded_sum(amounts: list[Decimal], code: str) -> None:
    currency = Currency.of(code)
    given_parts = [NamedAmount(AmountKind.SURCHARGE, "", amount) for amount in amounts]
    total = currency.rounded(sum_of(given_parts))

    rounded = in_units(given_parts, total, currency)

    assert rounded is not None
    assert sum_of(rounded) == total
    assert all(
        abs(after.amount - before.amount) <= currency.unit
        for before, after in zip(given_parts, rounded, strict=True)
    )


def test_amounts_that_differ_from_the_total_are_refused() -> None:
    assert in_units([NamedAmount(AmountKind.ITEMS, "", Decimal(1))], Decimal(2), EUR) is None
