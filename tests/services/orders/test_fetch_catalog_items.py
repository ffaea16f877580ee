"""Lines are quoted for the product that they mean, found by id or SKU."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from portal.ecwid.order_body import order_body
from portal.models import Product, utc_now
from portal.rules.orders.quotes import Quote
from portal.services.mirror.resources import PRODUCTS
from portal.services.orders.fetch_catalog_items import MAX_PRODUCTS_OF_SKU
from portal.services.orders.quote_order import quote_order
from tests.factories import product_payload, product_row
from tests.services.orders.conftest import Counter, codes


def choices(name: str, *texts: str, **prices: int) -> dict[str, Any]:
    """Return an option as Ecwid sends it."""
    modifiers = dict.fromkeys(texts, 0) | prices
    return {
        "type": "SELECT",
        "name": name,
        "choices": [
            {"text": text, "priceModifier": price, "priceModifierType": "ABSOLUTE"}
            for text, price in modifiers.items()
        ],
    }


def sized(size: str, **fields: Any) -> dict[str, Any]:
    """Return a variation with this size."""
    return {"options": [{"name": "Size", "value": size}], **fields}


SIZES = choices("Size", "S", "L")


def quoted(counter: Counter, *lines: dict[str, Any], **changes: Any) -> Quote:
    requests = ({"quantity": 1} | line for line in lines)
    return quote_order(counter.runtime, counter.store_id, counter.request(*requests, **changes))


def mirror(counter: Counter, *product_ids: int) -> None:
    """Copy products of the store to the mirror."""
    client = counter.runtime.client(counter.store_id)
    payloads = [client.product(product_id) for product_id in product_ids]
    PRODUCTS.save(counter.store_id, payloads, utc_now())


def test_vase_with_its_own_price_and_a_gift_box_costs_both(counter: Counter) -> None:
    vase = counter.product(
        options=[SIZES, choices("Gift wrap", "none", box=5)],
        combinations=[sized("S", price=20), sized("L", price=30)],
    )
    options = {"Size": "L", "Gift wrap": "box"}

    quote = quoted(counter, {"product_id": vase, "options": options})

    assert codes(quote) == []
    assert quote.totals.subtotal == 35
    assert quote.warnings == ()


def test_five_blue_and_five_red_get_the_bulk_price_of_ten(counter: Counter) -> None:
    tile = counter.product(
        price=10,
        quantity=50,
        options=[choices("Color", "blue", "red")],
        wholesalePrices=[{"quantity": 10, "price": 8}],
    )
    lines = [
        {"product_id": tile, "quantity": 5, "options": {"Color": color}}
        for color in ("blue", "red")
    ]

    assert quoted(counter, *lines).totals.subtotal == 80


@pytest.mark.parametrize("is_mirrored", [True, False])
def test_options_choose_among_the_variations_with_one_sku(
    counter: Counter, is_mirrored: bool
) -> None:
    tee = counter.product(sku="TEE", options=[SIZES], combinations=[sized("S"), sized("L")])
    if is_mirrored:
        mirror(counter, tee)

    large = quoted(counter, {"sku": "TEE", "options": {"Size": "L"}})
    any_size = quoted(counter, {"sku": "TEE"})

    assert (codes(large), large.lines[0].options) == ([], {"Size": "L"})
    assert (codes(any_size), any_size.lines) == (["sku_ambiguous"], ())


def test_sku_of_a_product_and_of_another_ones_variation_is_refused(counter: Counter) -> None:
    cap = counter.product(name="Cap", sku="X-1")
    tee = counter.product(
        sku="TEE", options=[SIZES], combinations=[sized("S", sku="X-1"), sized("L", sku="X-2")]
    )
    mirror(counter, cap, tee)

    both = quoted(counter, {"sku": "X-1"})
    chosen = quoted(counter, {"sku": "X-1", "options": {"Size": "S"}})
    named = quoted(counter, {"sku": "X-1", "product_id": cap})
    counter.change(cap, enabled=False)
    on_sale = quoted(counter, {"sku": "X-1"})

    assert codes(both) == ["sku_ambiguous"]
    assert f"Cap (product_id {cap})" in both.validation_errors[0].message
    assert [quote.lines[0].product_id for quote in (chosen, named, on_sale)] == [tee, cap, tee]


@pytest.mark.parametrize("typed", ["tee-1", " Tee-1 "])
def test_sku_is_found_in_another_case(counter: Counter, typed: str) -> None:
    upper = counter.product(sku="TEE-1")
    mirror(counter, upper)
    by_mirror = quoted(counter, {"sku": typed})
    lower = counter.product(sku="tee-1")

    by_both = quoted(counter, {"sku": typed})
    mirror(counter, lower)
    now_mirrored = quoted(counter, {"sku": typed})

    assert (codes(by_mirror), by_mirror.lines[0].product_id) == ([], upper)
    if typed == "tee-1":
        # The store has the typed SKU exactly, also before the mirror has it.
        found = [quote.lines[0].product_id for quote in (by_both, now_mirrored)]
        assert found == [lower, lower]
    else:
        assert codes(now_mirrored) == ["sku_ambiguous"]


def test_deleted_product_does_not_make_its_sku_ambiguous(counter: Counter) -> None:
    tee = counter.product(sku="TEE")
    Product.upsert([product_row(store=counter.store_id, remote_id=tee + 1, sku="TEE")])
    mirror(counter, tee)

    # The mirror still has a product that the store has deleted.
    assert quoted(counter, {"sku": "TEE"}).lines[0].product_id == tee

    Product.mark_deleted(Product.matching(counter.store_id, [tee + 1]), read_at=utc_now())
    assert quoted(counter, {"sku": "TEE"}).lines[0].product_id == tee


@pytest.mark.parametrize(
    ("count", "message"),
    [(2, "(product_id 5)"), (MAX_PRODUCTS_OF_SKU + 1, "Many products have the SKU MUG-1")],
)
def test_several_products_found_by_the_store_are_refused(
    counter: Counter, count: int, message: str
) -> None:
    items = [product_payload(id=number, sku="MUG-1") for number in range(5, 5 + count)]
    page = {"total": count, "count": count, "offset": 0, "limit": 100, "items": items}
    counter.fault("/products", 200, json.dumps(page, default=float))

    quote = quoted(counter, {"sku": "MUG-1"}, shipping_method=None)

    assert codes(quote) == ["sku_ambiguous"]
    assert message in quote.validation_errors[0].message


def test_sku_of_many_products_is_refused_without_reading_them(counter: Counter) -> None:
    variation = sized("S", sku="N/A")
    many = range(MAX_PRODUCTS_OF_SKU + 1)
    mirror(counter, *(counter.product(options=[SIZES], combinations=[variation]) for _ in many))
    counter.forget_calls()

    quote = quoted(counter, {"sku": "N/A"})

    assert codes(quote) == ["sku_ambiguous"]
    assert quote.validation_errors[0].message.startswith("Many products have the SKU N/A")
    assert counter.calls("/products") == 0


def test_order_has_the_weight_and_dimensions_of_the_variation(counter: Counter) -> None:
    big = {"length": 90, "width": 60, "height": 60}
    vase = counter.product(
        weight=0.1,
        dimensions={"length": 9, "width": 6, "height": 6},
        options=[SIZES],
        combinations=[sized("S", weight=0.2), sized("L", weight=20, dimensions=big)],
    )
    lines = [{"product_id": vase, "options": {"Size": size}} for size in "SL"]
    request = counter.request(*({"quantity": 1} | line for line in lines))

    quote = quote_order(counter.runtime, counter.store_id, request)
    small, large = order_body(request, quote, reference="r", customer_id=None)["items"]

    assert (small["weight"], large["weight"]) == (Decimal("0.2"), 20)
    assert (small["dimensions"]["length"], large["dimensions"]) == (9, big)


def test_digital_variation_needs_no_shipping(counter: Counter) -> None:
    book = counter.product(
        options=[SIZES], combinations=[sized("S", isShippingRequired=False), sized("L")]
    )

    digital, printed = (
        quoted(counter, {"product_id": book, "options": {"Size": size}}, shipping_method=None)
        for size in "SL"
    )

    assert (codes(digital), codes(printed)) == ([], ["shipping_missing"])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"nameYourPriceEnabled": True}, "price_set_by_customer"),
        (
            {
                "subscriptionSettings": {
                    "subscriptionAllowed": True,
                    "oneTimePurchaseAllowed": False,
                }
            },
            "subscription_only",
        ),
        (
            {"options": [{"type": "FILES", "name": "Artwork", "required": True}]},
            "option_needs_file",
        ),
    ],
)
def test_product_that_cannot_be_sold_by_quantity_times_price_is_refused(
    counter: Counter, fields: dict[str, Any], code: str
) -> None:
    assert codes(quoted(counter, {"product_id": counter.product(**fields)})) == [code]


def test_choice_with_outer_blanks_is_sent_as_the_store_spells_it(counter: Counter) -> None:
    tee = counter.product(options=[choices("Size ", "S", " L")])

    quote = quoted(counter, {"product_id": tee, "options": {"Size": "L"}})

    assert (codes(quote), quote.lines[0].options) == ([], {"Size ": " L"})
