"""The parts of a calculated order add up to its total, for every kind of store."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sandbox.pricing.money import Rounding
from tests.sandbox.pricing.terms import calculated, promotion, terms

AMOUNTS = st.decimals(0, 300, places=2).map(float)
PERCENTS = st.integers(0, 100)
KINDS = ("ABS", "PERCENT", "SHIPPING", "ABS_AND_SHIPPING", "PERCENT_AND_SHIPPING")
BASES = ("ON_TOTAL", "SUBTOTAL", "ITEM", "SHIPPING", "CUSTOM", "ON_MEMBERSHIP")
ITEMS = st.lists(
    st.fixed_dictionaries(
        {
            "productId": st.sampled_from((1, 2, 3)),
            "price": st.decimals(0, 300, places=3).map(float),
            "quantity": st.integers(1, 5),
        }
    ),
    min_size=1,
    max_size=4,
)
TAXES = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.just("Tax"),
            "defaultTax": st.decimals(0, 30, places=1).map(float),
            "taxShipping": st.booleans(),
            "appliedByDefault": st.booleans(),
        }
    ),
    max_size=3,
)
SETTINGS = st.fixed_dictionaries(
    {
        "pricesIncludeTax": st.booleans(),
        "taxes": TAXES,
        "formatsAndUnits": st.fixed_dictionaries({"currencyPrecision": st.integers(0, 3)}),
        "handlingFee": st.fixed_dictionaries({"value": AMOUNTS}),
        "giftCards": st.just({"GIFT": 40}),
        "discounts": st.lists(
            st.fixed_dictionaries(
                {
                    "base": st.sampled_from(("ON_TOTAL", "ON_MEMBERSHIP")),
                    "type": st.sampled_from(("ABS", "PERCENT")),
                    "value": PERCENTS,
                    "membershipId": st.just(3),
                }
            ),
            max_size=2,
        ),
    }
)
PROMOTIONS = st.lists(
    st.builds(
        promotion,
        discountBase=st.sampled_from(("ITEM", "SUBTOTAL", "SHIPPING")),
        discountType=st.sampled_from(("PERCENT", "ABSOLUTE", "FIXED_PRICE")),
        amount=PERCENTS,
        targets=st.sampled_from(({}, {"products": [1]})),
    ),
    max_size=2,
)
INFO = st.fixed_dictionaries(
    {
        "value": PERCENTS,
        "type": st.sampled_from(("ABS", "PERCENT")),
        "base": st.sampled_from(BASES),
        "appliesToItems": st.just([2]),
    }
)
SENT = st.fixed_dictionaries(
    {"items": ITEMS},
    optional={
        "shippingOption": st.sampled_from(
            (
                {"shippingMethodId": "standard"},
                {"shippingMethodId": "express"},
                {"shippingRate": 3.333},
            )
        ),
        "handlingFee": st.fixed_dictionaries({"value": AMOUNTS}),
        "customSurcharges": st.lists(
            st.fixed_dictionaries(
                {
                    "value": AMOUNTS,
                    "type": st.sampled_from(("ABSOLUTE", "PERCENT")),
                    "taxable": st.booleans(),
                }
            ),
            max_size=2,
        ),
        "discountInfo": st.lists(INFO, max_size=2),
        "discountCoupon": st.fixed_dictionaries(
            {"discountType": st.sampled_from(KINDS), "discount": PERCENTS}
        ),
        "giftCardCode": st.just("GIFT"),
        "customerTaxExempt": st.booleans(),
    },
)
PRODUCTS: dict[Any, dict[str, Any]] = {
    1: {"tax": {"taxable": True, "enabledManualTaxes": [1, 2]}},
    2: {"tax": {"taxable": False}},
    3: {"discountsAllowed": False},
}


def exact(value: Any) -> Decimal:
    return Decimal(str(value))


def total(items: Any, name: str) -> Decimal:
    """Return the sum of a field over objects."""
    return sum((exact(item.get(name, 0)) for item in items), Decimal(0))


@settings(max_examples=300, deadline=None)
@given(SETTINGS, PROMOTIONS, SENT)
def test_the_parts_add_up_to_the_total(
    changes: dict[str, Any], promotions: list[dict[str, Any]], sent: dict[str, Any]
) -> None:
    customer = {"customerGroupId": 3}
    store = replace(
        terms(**changes), promotions=promotions, customer=customer, product=PRODUCTS.get
    )

    order = calculated(sent, store)

    items, surcharges = order["items"], order["customSurcharges"]
    parts = (
        exact(order["subtotal"])
        - exact(order["couponDiscount"])
        - exact(order["discount"])
        + exact(order.get("shippingOption", {}).get("shippingRate", 0)).quantize(
            Rounding(changes["formatsAndUnits"]["currencyPrecision"]).unit
        )
        + exact(order["handlingFee"]["value"])
        + total(surcharges, "total")
    )
    before = exact(order["totalBeforeGiftCardRedemption"])
    if order["customerTaxExempt"]:
        assert order["tax"] == 0
        assert before <= parts
        assert order["pricesIncludeTax"] or before == parts
    else:
        assert before == parts + (0 if order["pricesIncludeTax"] else exact(order["tax"]))
    assert exact(order["total"]) == before - exact(order["giftCardRedemption"])
    assert exact(order["totalWithoutTax"]) == exact(order["total"]) - exact(order["tax"])
    assert order["total"] >= 0
    of_surcharges = [tax for surcharge in surcharges for tax in surcharge["taxes"]]
    assert exact(order["tax"]) == (
        total(items, "tax")
        + total(order["taxesOnShipping"], "total")
        + total(of_surcharges, "total")
    )
    for item in items:
        assert exact(item["tax"]) == total(item["taxes"], "total")
    by_kind = ("volumeDiscount", "membershipBasedDiscount", "totalAndMembershipBasedDiscount")
    assert sum(exact(order[name]) for name in by_kind) <= exact(order["discount"])
    off_items = total(items, "couponAmount") + sum(
        (total(item.get("discounts", ()), "total") for item in items), Decimal(0)
    )
    assert off_items <= exact(order["couponDiscount"]) + exact(order["discount"])


@settings(max_examples=100)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.integers(0, 100))
def test_a_split_amount_adds_up_within_its_limits(limits: list[int], percent: int) -> None:
    amount = Decimal(sum(limits) * percent // 100) / 100
    bounds = [Decimal(limit) / 100 for limit in limits]

    parts = Rounding(2).split(amount, bounds)

    assert sum(parts) == amount
    assert all(0 <= part <= bound for part, bound in zip(parts, bounds, strict=True))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)
LIMITS = st.fixed_dictionaries({"products": JSON, "categories": JSON, "shippingMethods": JSON})


def objects(*names: str) -> st.SearchStrategy[Any]:
    """Return any JSON, or an object whose fields have any JSON."""
    return JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(names, JSON | LIMITS))


INFO_FIELDS = objects("value", "type", "base", "appliesToItems")
COUPON_FIELDS = objects(
    "code",
    "discount",
    "discountType",
    "catalogLimit",
    "shippingLimit",
    "totalLimit",
    "status",
)
ANYTHING = st.fixed_dictionaries(
    {"items": st.just([{"productId": 1, "price": 9, "quantity": 1}])},
    optional={
        "billingPerson": objects("countryCode", "stateOrProvinceCode", "postalCode"),
        "shippingOption": objects("shippingMethodId", "shippingRate", "shippingMethodName"),
        "handlingFee": objects("value", "name"),
        "customSurcharges": JSON | st.lists(objects("value", "type", "taxable", "id"), max_size=2),
        "discountInfo": JSON | st.lists(INFO_FIELDS, max_size=2),
        "discountCoupon": COUPON_FIELDS,
        "paymentOptionsDetails": objects("paymentId"),
        "giftCardCode": JSON,
        "giftCardRedemption": JSON,
        "customerTaxExempt": JSON,
        "reversedTaxApplied": JSON,
    },
)


@settings(max_examples=300, deadline=None)
@given(ANYTHING, JSON)
def test_fields_of_a_wrong_type_are_ignored(sent: dict[str, Any], tax: Any) -> None:
    store = replace(terms(), product=lambda _id: {"tax": tax})

    order = calculated(sent, store)

    assert order["subtotal"] == 9
