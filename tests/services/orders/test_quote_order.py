"""A quote has the current total to the cent, and every problem of the order."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from requests_mock import Mocker

from portal.ecwid.errors import EcwidUnreadableError
from portal.errors.orders import StoreNotWorkingError
from portal.models import Order, OrderSubmission, Store, utc_now
from portal.rules.connection.store_states import StoreState
from portal.rules.orders.quotes import Quote
from portal.services.mirror.resources import COUPONS, PRODUCTS
from portal.services.orders.quote_order import quote_order
from tests.services.orders.conftest import Counter, codes
from tests.shop import list_answer

SIZES = {
    "type": "SELECT",
    "name": "Size",
    "required": True,
    "choices": [
        {"text": "S", "priceModifier": 0, "priceModifierType": "ABSOLUTE"},
        {"text": "L", "priceModifier": 2.5, "priceModifierType": "ABSOLUTE"},
    ],
}
GIFT = {
    "type": "CHECKBOX",
    "name": "Extras",
    "choices": [
        {"text": "Box", "priceModifier": 10, "priceModifierType": "PERCENT"},
        {"text": "Card", "priceModifier": 1, "priceModifierType": "ABSOLUTE"},
    ],
}
ENGRAVING = {"type": "TEXTFIELD", "name": "Engraving", "choices": []}
CALCULATE = re.compile("/order/calculate$")
STANDARD = {
    "shippingMethodId": "standard",
    "shippingMethodName": "Standard delivery",
    "shippingRate": 4.9,
}
# Ecwid's calculation of two mugs.
CALCULATED: dict[str, Any] = {
    "subtotal": 25,
    "total": 29.9,
    "pricesIncludeTax": True,
    "shippingOption": STANDARD,
    "availableShippingOptions": [STANDARD],
}
VARIATIONS = [
    {"sku": "MUG-S", "options": [{"name": "Size", "value": "S"}], "price": 11, "quantity": 2},
    {"sku": "MUG-L", "options": [{"name": "Size", "value": "L"}], "quantity": 5},
]


def quoted(counter: Counter, *lines: dict[str, Any], **changes: Any) -> Quote:
    return quote_order(counter.runtime, counter.store_id, counter.request(*lines, **changes))


def calculated(counter: Counter, **changes: Any) -> Quote:
    """Return a quote by a calculation with some other fields; the other changes are requested."""
    names = ("coupon_code", "expected_total", "shipping_method")
    wanted = {name: changes.pop(name) for name in names if name in changes}
    with Mocker(real_http=True) as mocker:
        mocker.post(CALCULATE, json=CALCULATED | changes)
        return quoted(counter, **wanted)


def named(quote: Quote) -> list[tuple[str, str, Decimal]]:
    return [(part.kind.value, part.name, part.amount) for part in quote.totals.amounts]


def test_items_shipping_and_tax_add_up_exactly(counter: Counter) -> None:
    mug, bowl = counter.product(price=9.99), counter.product(name="Bowl", price=0.05)

    quote = quoted(counter, {"product_id": mug, "quantity": 3}, {"product_id": bowl, "quantity": 1})

    assert quote.is_orderable
    assert [line.total for line in quote.lines] == [Decimal("29.97"), Decimal("0.05")]
    assert quote.totals.subtotal == Decimal("30.02")
    assert quote.shipping is not None
    assert quote.shipping.rate == Decimal("4.90")
    assert (quote.totals.tax, quote.totals.total) == (Decimal("5.58"), Decimal("34.92"))
    assert [option.id for option in quote.shipping_options] == ["standard", "express", "pickup"]
    assert quote.document()["total"] == Decimal("34.92")


def test_all_products_are_read_with_one_call(counter: Counter) -> None:
    ids = [counter.product() for _ in range(5)]
    counter.forget_calls()

    quoted(counter, *({"product_id": product_id, "quantity": 1} for product_id in ids))

    assert counter.calls("/products") == 1


@pytest.mark.parametrize(
    ("line", "price", "sku"),
    [
        ({"options": {"Size": "S"}}, "11", "MUG-S"),
        ({"options": {"Size": "L"}}, "15", "MUG-L"),
        ({"options": {"Size": "L", "Extras": ["Box", "Card"]}}, "17.25", "MUG-L"),
        ({"options": {"Size": "S", "Engraving": "For Ada"}}, "11", "MUG-S"),
    ],
)
def test_options_select_the_variation_and_its_price(
    counter: Counter, line: dict[str, Any], price: str, sku: str
) -> None:
    options = [SIZES, GIFT, ENGRAVING]
    product = counter.product(options=options, combinations=VARIATIONS, sku="MUG")

    quote = quoted(counter, {"product_id": product, "quantity": 1} | line)

    assert codes(quote) == []
    assert (quote.lines[0].price, quote.lines[0].sku) == (Decimal(price), sku)


@pytest.mark.parametrize("is_mirrored", [True, False])
def test_sku_is_found_in_the_mirror_or_at_the_store(counter: Counter, is_mirrored: bool) -> None:
    product_id = counter.product(sku="MUG", options=[SIZES], combinations=VARIATIONS)
    if is_mirrored:
        payload = counter.runtime.client(counter.store_id).product(product_id)
        PRODUCTS.save(counter.store_id, [payload], utc_now())
    lines = [
        {"sku": "MUG", "options": {"Size": "L"}, "quantity": 1},
        {"sku": "MUG-S" if is_mirrored else "MUG", "options": {"Size": "S"}, "quantity": 1},
    ]

    quote = quoted(counter, *lines)

    assert codes(quote) == []
    assert [line.sku for line in quote.lines] == ["MUG-L", "MUG-S"]


def test_variation_is_selected_by_its_id(counter: Counter) -> None:
    product = counter.product(options=[SIZES], combinations=VARIATIONS)
    line = {"product_id": product, "quantity": 1}

    quote = quoted(counter, line | {"variation_id": counter.variation_id(product)})
    unknown = quoted(counter, line | {"variation_id": 5, "options": {"Size": "S"}})

    assert (quote.lines[0].sku, quote.lines[0].options) == ("MUG-S", {"Size": "S"})
    assert codes(unknown) == ["variation_unknown"]


def test_quantity_selects_its_price_tier(counter: Counter) -> None:
    product = counter.product(wholesalePrices=[{"quantity": 5, "price": 8.4}])

    quote = quoted(counter, {"product_id": product, "quantity": 6})

    assert quote.totals.subtotal == Decimal("50.40")


@pytest.mark.parametrize(
    ("product", "line", "problem", "message"),
    [
        ({"enabled": False}, {}, "product_disabled", "Mug is disabled in the store"),
        ({"isGiftCard": True}, {}, "gift_card", "Mug is a gift card"),
        ({"quantity": 3}, {"quantity": 5}, "out_of_stock", "only 3 in stock (you asked for 5)"),
        ({"quantity": 0}, {}, "out_of_stock", "only 0 in stock (you asked for 1)"),
        (
            {"minPurchaseQuantity": 4},
            {"quantity": 3},
            "below_minimum",
            "order at least 4 (you asked for 3)",
        ),
        (
            {"maxPurchaseQuantity": 2},
            {"quantity": 3},
            "above_maximum",
            "order at most 2 (you asked for 3)",
        ),
        ({"options": [SIZES]}, {}, "option_missing", "choose Size: S, L"),
        ({}, {"options": {"Size": "S"}}, "option_unknown", "Mug has no option Size"),
        (
            {"options": [SIZES]},
            {"options": {"Size": "XL"}},
            "option_invalid",
            "Size can't be XL, only S, L",
        ),
        (
            {"options": [SIZES]},
            {"options": {"Size": ["S", "L"]}},
            "option_invalid",
            "S, L, only",
        ),
    ],
)
def test_invalid_line_is_refused_with_the_reason(
    counter: Counter, product: dict[str, Any], line: dict[str, Any], problem: str, message: str
) -> None:
    product_id = counter.product(**product)

    quote = quoted(counter, {"product_id": product_id, "quantity": 1} | line)

    assert codes(quote) == [problem]
    assert message in quote.validation_errors[0].message
    assert (quote.validation_errors[0].line, quote.is_orderable) == (0, False)


@pytest.mark.parametrize(
    "product",
    [
        {"unlimited": True},
        {
            "quantity": 0,
            "outOfStockVisibilityBehaviour": "ALLOW_PREORDER",  # codespell:ignore
        },
    ],
)
def test_preorder_product_can_be_ordered_without_stock(
    counter: Counter, product: dict[str, Any]
) -> None:
    quote = quoted(counter, {"product_id": counter.product(**product), "quantity": 50})

    assert codes(quote) == []


def test_lines_of_one_product_share_its_stock(counter: Counter) -> None:
    line = {"product_id": counter.product(quantity=5), "quantity": 3}

    quote = quoted(counter, line, line)

    assert codes(quote) == ["out_of_stock"]


def test_unknown_product_is_a_problem_of_its_line(counter: Counter) -> None:
    lines = [{"product_id": 999_999, "quantity": 1}, {"sku": "NONE", "quantity": 1}]

    quote = quoted(counter, *lines)

    assert [(p.code, p.line) for p in quote.validation_errors] == [
        ("product_missing", 0),
        ("sku_unknown", 1),
    ]
    assert quote.totals.total == 0


def test_unreadable_product_is_a_problem(counter: Counter) -> None:
    mug = counter.product()
    product = counter.server.parts.products.get(counter.store_id, mug)
    counter.fault("/products", 200, list_answer(product | {"minPurchaseQuantity": "x"}))

    quote = quoted(counter, {"product_id": mug, "quantity": 1})

    assert codes(quote) == ["product_unreadable"]
    assert "minPurchaseQuantity" in quote.validation_errors[0].message


@pytest.mark.parametrize(
    ("method", "problem"), [("Rocket", "shipping_unknown"), (None, "shipping_missing")]
)
def test_shipping_options_are_named(counter: Counter, method: str | None, problem: str) -> None:
    quote = quoted(counter, shipping_method=method)

    assert codes(quote) == [problem]
    assert (
        "Standard delivery, Express delivery, Pick up in the shop"
        in quote.validation_errors[0].message
    )
    assert quote.validation_errors[0].field == "shipping_method"


def test_shipping_option_that_is_offered_twice_is_refused(counter: Counter) -> None:
    express = STANDARD | {"shippingMethodId": "fast", "shippingRate": 9.9}

    offered = {"availableShippingOptions": [STANDARD, express]}
    quote = calculated(counter, shipping_method="Standard delivery", **offered)
    by_id = calculated(counter, shipping_method="standard", **offered)

    assert (codes(by_id), by_id.totals.shipping) == ([], Decimal("4.90"))
    assert codes(quote) == ["shipping_ambiguous"]
    assert "Standard delivery (fast, 9.9)" in quote.validation_errors[0].message


@pytest.mark.parametrize(
    ("option", "problem", "words"),
    [
        ("card", None, ""),
        (
            "bank",
            "payment_option_disabled",
            "disabled the payment option bank. It offers: Card (card)",
        ),
        ("cash", "payment_option_unknown", "no payment option cash. It offers: Card (card)"),
    ],
)
def test_payment_option_that_the_store_does_not_offer_is_refused(
    counter: Counter, option: str, problem: str | None, words: str
) -> None:
    options = [
        {
            "id": "card",
            "checkoutTitle": "Card",
            "paymentSurcharges": {"type": "ABSOLUTE", "value": 2},
        },
        {"id": "bank", "checkoutTitle": "Bank", "enabled": False},
    ]
    counter.server.parts.stores.change(counter.store_id, {"settings": {"paymentOptions": options}})

    quote = quoted(counter, payment_option_id=option)

    assert codes(quote) == ([problem] if problem else [])
    assert words in "".join(error.message for error in quote.validation_errors)
    assert ("surcharge", "Card", Decimal("2.00")) in named(quote) or problem


def test_payment_options_that_are_no_list_are_unreadable(counter: Counter) -> None:
    counter.fault("/profile/paymentOptions", 200, "{}")

    with pytest.raises(EcwidUnreadableError):
        quoted(counter, payment_option_id="card")


def test_digital_products_need_no_shipping(counter: Counter) -> None:
    line = {"product_id": counter.product(isShippingRequired=False), "quantity": 1}

    assert codes(quoted(counter, line, shipping_method=None)) == []


@pytest.mark.parametrize(
    ("expected", "tolerance", "problems", "difference"),
    [
        ({"price": "12.50"}, "0", [], "0"),
        ({"price": "12.00"}, "0", ["price_tolerance_exceeded"], "1.00"),
        ({"price": "13.00"}, "0.99", ["price_tolerance_exceeded"], "1.00"),
        ({"price": "12.00"}, "1", [], "1.00"),
        ({"total": "29.90"}, "0", [], "0"),
        ({"total": "27.40"}, "2", ["price_tolerance_exceeded"], "2.50"),
    ],
)
def test_difference_from_expected_prices_is_measured_and_limited(
    counter: Counter, expected: dict[str, str], tolerance: str, problems: list[str], difference: str
) -> None:
    line = {"product_id": counter.product(), "quantity": 2}
    if "price" in expected:
        line["expected_price"] = expected["price"]

    quote = quoted(counter, line, expected_total=expected.get("total"), price_tolerance=tolerance)

    assert (codes(quote), quote.price_difference) == (problems, Decimal(difference))


def test_coupon_discount_equals_ecwids_calculation(counter: Counter) -> None:
    mug, gift = counter.product(), counter.product(price=30, discountsAllowed=False)
    counter.coupon(discountType="PERCENT_AND_SHIPPING", catalogLimit={"products": [mug, gift]})

    quote = quoted(
        counter,
        {"product_id": gift, "quantity": 1},
        {"product_id": mug, "quantity": 2},
        coupon_code="TEN",
    )

    assert codes(quote) == []
    assert [line.coupon_amount for line in quote.lines] == [0, Decimal("2.50")]
    assert quote.totals.coupon_discount == Decimal("7.40")
    assert quote.totals.total == Decimal("52.50")
    assert quote.warnings == ()
    assert quote.coupon_snapshot is not None
    assert quote.coupon_snapshot["code"] == "TEN"


@pytest.mark.parametrize("typed", ["spring", " SPRING "])
def test_coupon_is_found_in_any_case_and_shown_as_the_store_writes_it(
    counter: Counter, typed: str
) -> None:
    counter.coupon("Spring")

    quote = quoted(counter, coupon_code=typed)

    assert (codes(quote), quote.totals.coupon_discount) == ([], Decimal("2.50"))
    assert quote.document()["coupon"]["code"] == "Spring"
    assert quote.coupon_snapshot is not None
    assert quote.coupon_snapshot["code"] == "Spring"


@pytest.mark.parametrize(("is_mirrored", "problems"), [(True, []), (False, ["coupon_exists"])])
def test_exact_filter_of_the_store_gets_the_spelling_that_the_mirror_knows(
    counter: Counter, is_mirrored: bool, problems: list[str]
) -> None:
    counter.server.parts.switches.set("coupon_filter", "exact")
    coupon = counter.coupon("Spring")
    if is_mirrored:
        COUPONS.save(counter.store_id, [coupon], utc_now())

    assert codes(quoted(counter, coupon_code="spring")) == problems
    assert codes(quoted(counter, coupon_code="Spring")) == []


@pytest.mark.parametrize("typed", ["KIR", "KİR"])
@pytest.mark.parametrize("are_mirrored", [True, False])
def test_of_two_codes_that_compare_as_equal_the_typed_one_is_meant(
    counter: Counter, typed: str, are_mirrored: bool
) -> None:
    coupon = counter.coupon("KIR")
    both = [coupon, coupon | {"id": coupon["id"] + 1, "code": "KİR"}]
    if are_mirrored:
        COUPONS.save(counter.store_id, both, utc_now())

    with Mocker(real_http=True) as mocker:
        mocker.get(re.compile("/discount_coupons"), json={"total": 2, "items": both})
        quote = quoted(counter, coupon_code=typed)

    assert quote.document()["coupon"]["code"] == typed
    assert codes(quote) == []


@pytest.mark.parametrize(("typed", "stored"), [("k\u0131\u015f", "KIŞ"), ("kitap", "KİTAP")])
def test_coupon_is_found_by_its_turkish_letters(counter: Counter, typed: str, stored: str) -> None:
    counter.coupon(stored)

    quote = quoted(counter, coupon_code=typed)

    assert (codes(quote), quote.document()["coupon"]["code"]) == ([], stored)


def test_spelling_that_the_store_has_changed_is_found_as_typed(counter: Counter) -> None:
    counter.server.parts.switches.set("coupon_filter", "exact")
    coupon = counter.coupon("Spring")
    COUPONS.save(counter.store_id, [coupon | {"code": "SPRING"}], utc_now())

    assert codes(quoted(counter, coupon_code="Spring")) == []


def test_refused_coupon_names_the_rule(counter: Counter) -> None:
    counter.coupon(totalLimit=50)

    quote = quoted(counter, coupon_code="TEN")
    none = quoted(counter, coupon_code="NONE")

    assert codes(quote) == ["coupon_minimum"]
    assert quote.validation_errors[0].message == "25.00 short of the 50.00 minimum"
    assert quote.document()["coupon"]["failures"][0]["shortfall"] == 25
    assert quote.totals.total == Decimal("29.90")
    assert codes(none) == ["coupon_exists"]


def test_shipping_restriction_is_a_warning_for_a_discount_on_items(counter: Counter) -> None:
    counter.coupon(discountType="ABS_AND_SHIPPING", shippingLimit={"shippingMethods": ["express"]})

    quote = quoted(counter, coupon_code="TEN")

    assert (codes(quote), [warning.code for warning in quote.warnings]) == ([], ["coupon_shipping"])
    assert quote.totals.coupon_discount == 10


def test_previous_orders_and_uses_of_a_customer_count(counter: Counter) -> None:
    counter.coupon("NEW", applicationLimit="NEW_CUSTOMER_ONLY")
    counter.coupon("ONCE", usesLimit="ONCEPERCUSTOMER")
    counter.coupon("SINGLE", usesLimit="SINGLE")
    for number, code in enumerate(("ONCE", "SINGLE")):
        Order.insert(
            store=counter.store_id,
            remote_id=number + 1,
            number=f"A{number}",
            email="ada@shopper.example",
            coupon_code=code.lower(),
            coupon_code_key=code.lower(),
            payment_status="PAID",
            raw={},
            remote_created_at=utc_now(),
            remote_updated_at=utc_now(),
            synced_at=utc_now(),
        ).execute()

    assert codes(quoted(counter, coupon_code="NEW")) == ["coupon_new_customer"]
    assert codes(quoted(counter, coupon_code="ONCE")) == ["coupon_uses_per_customer"]
    assert codes(quoted(counter, coupon_code="ONCE", email="bea@shopper.example")) == []
    assert codes(quoted(counter, coupon_code="SINGLE", email="bea@shopper.example")) == [
        "coupon_uses"
    ]
    assert OrderSubmission.select().count() == 0


def test_precision_of_the_store_is_used(counter: Counter) -> None:
    Store.update(currency="JPY", currency_precision=None).where(
        Store.id == counter.store_id
    ).execute()

    quote = quoted(counter, {"product_id": counter.product(price=99.6), "quantity": 3})

    assert quote.lines[0].total == 300


def test_refused_calculation_is_a_problem(counter: Counter) -> None:
    counter.fault("/order/calculate", 422, '{"errorMessage": "No usable items"}')

    quote = quoted(counter)

    assert codes(quote)[0] == "calculation_failed"
    assert "No usable items" in quote.validation_errors[0].message


@pytest.mark.parametrize(
    ("amounts", "problems"),
    [
        (
            {"subtotal": 24, "total": 28.9},
            ["The items cost 25.00 by the store's prices, but 24.00 by Ecwid's calculation"],
        ),
        (
            {"couponDiscount": 2, "total": 27.9},
            ["The coupon takes off 0.00 by its rules, but 2.00 by Ecwid's calculation"],
        ),
        ({"total": 30}, ["The amounts add up to 29.90, but Ecwid's total is 30.00"]),
        (
            {"shippingOption": {"shippingMethodId": "standard"}, "total": 25},
            ["Shipping costs 4.90 as offered, but 0.00 by Ecwid's calculation"],
        ),
    ],
)
def test_different_calculation_by_ecwid_is_an_error_with_both_amounts(
    counter: Counter, amounts: dict[str, Any], problems: list[str]
) -> None:
    quote = calculated(counter, **amounts)

    assert codes(quote) == ["calculation_mismatch"]
    assert [problem.message for problem in quote.validation_errors] == problems
    assert quote.totals.total == Decimal(str(amounts["total"]))
    assert sum(part.amount for part in quote.totals.amounts) == quote.totals.total


def test_total_is_required_in_a_calculation(counter: Counter) -> None:
    quote = calculated(counter, total=None)

    assert codes(quote) == ["calculation_failed"]
    assert "total is missing" in quote.validation_errors[0].message


def test_coupon_that_ecwid_does_not_count_is_an_error(counter: Counter) -> None:
    counter.coupon()

    quote = calculated(counter, coupon_code="TEN")

    assert [problem.message for problem in quote.validation_errors] == [
        "The coupon takes off 2.50 by its rules, but 0.00 by Ecwid's calculation"
    ]
    assert quote.validation_errors[0].field == "coupon_code"


def test_ecwids_total_is_compared_with_the_expected_one(counter: Counter) -> None:
    fee = {"handlingFee": {"name": "Packing", "value": 3.5}, "total": 33.4}

    quote = calculated(counter, expected_total="29.90", **fee)

    assert codes(quote) == ["price_tolerance_exceeded"]
    assert (quote.totals.total, quote.price_difference) == (Decimal("33.40"), Decimal("3.50"))
    assert named(quote) == [
        ("items", "", Decimal("25.00")),
        ("handling_fee", "Packing", Decimal("3.50")),
        ("shipping", "Standard delivery", Decimal("4.90")),
    ]


def test_order_dated_in_the_future_is_refused(counter: Counter) -> None:
    quote = quoted(counter, created_at="2999-01-01T00:00:00Z")

    assert (codes(quote), quote.validation_errors[0].field) == (["created_in_future"], "created_at")


def test_tax_exempt_customer_is_calculated_as_one(counter: Counter) -> None:
    counter.server.parts.customers.create(
        counter.store_id,
        {"email": "ada@shopper.example", "taxExempt": True, "taxId": "DE1", "name": "Ada"},
    )
    with Mocker(real_http=True) as mocker:
        mocker.post(CALCULATE, json=CALCULATED | {"total": 25.13})

        quote = quoted(counter)

        (sent,) = [call.json() for call in mocker.request_history if call.method == "POST"]
    assert (sent["customerTaxExempt"], sent["customerTaxId"]) == (True, "DE1")
    assert sent["customerId"] == quote.customer.id
    assert sent["billingPerson"] == sent["shippingPerson"]
    assert "discountInfo" not in sent
    assert named(quote)[-1] == ("tax_exemption", "", Decimal("-4.77"))
    assert codes(quote) == []


@pytest.mark.parametrize(
    ("discount", "problems"), [(2.1, []), (2.5, []), (1.9, ["calculation_mismatch"])]
)
def test_coupon_of_an_exempt_customer_may_count_without_tax(
    counter: Counter, discount: float, problems: list[str]
) -> None:
    counter.coupon()
    exempt = {
        "customerTaxExempt": True,
        "subtotal": 21.01,
        "couponDiscount": discount,
        "total": 25.91 - discount,
    }

    quote = calculated(counter, coupon_code="TEN", **exempt)

    assert codes(quote) == problems
    assert named(quote)[-1] == ("tax_exemption", "", Decimal("-3.99"))


def test_stopped_store_is_not_called(counter: Counter) -> None:
    request = counter.request()
    Store.update(state=StoreState.RECONNECT).execute()
    counter.forget_calls()

    with pytest.raises(StoreNotWorkingError):
        quote_order(counter.runtime, counter.store_id, request)

    assert counter.calls() == 0
