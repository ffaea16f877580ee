"""Fields of a product are read from the record as Ecwid sent it, whatever it contains."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.orders.pricing import Currency
from portal.rules.records.category_fields import CATEGORY_FIELDS
from portal.rules.records.product_fields import PRODUCT_FIELDS
from portal.rules.records.variation_fields import VARIATION_FIELDS
from tests.rules.records.catalog import VARIATION, full_product

EUR, KWD, JPY = (Currency.of(code) for code in ("EUR", "KWD", "JPY"))
NAMES = sorted(
    {*full_product(), *VARIATION, "galleryImages", "isGiftCard", "subscriptionSettings", "url"}
    | {"imageUrl", "alt", "text", "value", "quantity", "price", "images", "nameYourPriceEnabled"}
    | {"priceModifier", "priceModifierType", "defaultChoice", "choices", "type", "required"}
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["<p>", "PERCENT", "BRAND", "FILES", "ALLOW_PREORDER"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)
RECORDS = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=12)


def read(name: str, product: dict[str, Any], currency: Currency = EUR) -> Any:
    """Return one field as the API sends it."""
    return msgspec.to_builtins(PRODUCT_FIELDS[name](product, currency), builtin_types=())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "physical"),
        ("subtitle", "Holds 0.4 l"),
        ("description_text", "Thrown & glazed\nby hand.\nOven-safe"),
        ("variation_count", 0),
        ("default_variation_id", None),
        (
            "bulk_prices",
            [{"quantity": 10, "price": "22.00"}, {"quantity": 50, "price": "20.00"}],
        ),
        ("minimum_quantity", 2),
        ("maximum_quantity", 12),
        ("stock_policy", "tracked"),
        ("out_of_stock_visibility", None),
        ("low_stock_limit", 3),
        ("brand", "Alder"),
        ("gtin", "4006381333931"),
        (
            "attributes",
            [
                {"id": 1, "name": "Maker", "type": "BRAND", "value": "Alder", "is_visible": True},
                {
                    "id": 2,
                    "name": "EAN",
                    "type": "UPC",
                    "value": "4006381333931",
                    "is_visible": False,
                },
            ],
        ),
        ("weight", "0.4"),
        ("dimensions", {"length": "12", "width": "8.5", "height": "0"}),
        (
            "shipping",
            {
                "is_required": True,
                "type": "FLAT_RATE",
                "flat_rate": "6.50",
                "method_markup": "0.00",
                "enabled_method_ids": ["standard"],
                "disabled_method_ids": [],
            },
        ),
        (
            "tax",
            {
                "is_taxable": True,
                "class_code": "default",
                "enabled_manual_tax_ids": [1],
                "included_rate": "19",
            },
        ),
        ("default_category_id", 7),
        ("seo", {"title": "Mug by hand", "description": "A mug."}),
        ("class_id", 0),
        ("condition", "NEW"),
        ("external_reference_id", "ERP-5"),
        ("customs_tariff_code", "691200"),
        ("is_gift_card", False),
        ("allows_discounts", True),
        ("sellable", {"is_sellable": True, "reasons": []}),
    ],
)
def test_field_has_the_value_of_the_record(name: str, value: Any) -> None:
    assert read(name, full_product()) == value


def test_options_have_their_choices_and_price_changes() -> None:
    size, extras = read("options", full_product(), KWD)

    assert (size["name"], size["type"], size["is_required"]) == ("Size", "SIZE", True)
    assert size["default_choice"] == "L"
    assert [choice["price_modifier"] for choice in size["choices"]] == ["0.000", "2.500"]
    assert extras["choices"] == [
        {"text": "box", "price_modifier": "12.5", "price_modifier_type": "percent"}
    ]
    assert (extras["is_required"], extras["default_choice"]) == (False, None)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"isGiftCard": True}, "gift_card"),
        ({"subscriptionSettings": {"subscriptionAllowed": True}}, "subscription"),
        ({"nameYourPriceEnabled": True}, "custom_price"),
        ({"isShippingRequired": False}, "virtual"),
        (
            {
                "subscriptionSettings": {
                    "subscriptionAllowed": True,
                    "oneTimePurchaseAllowed": True,
                }
            },
            "physical",
        ),
    ],
)
def test_type_follows_from_the_flags_of_the_product(changes: dict[str, Any], kind: str) -> None:
    assert read("type", full_product(**changes)) == kind


def test_empty_record_has_empty_fields() -> None:
    found = {name: read(name, {}) for name in PRODUCT_FIELDS}

    assert (found["options"], found["images"], found["bulk_prices"]) == ([], [], [])
    assert (found["dimensions"], found["weight"], found["description_text"]) == (None, None, None)
    assert found["stock_policy"] == "unlimited"
    assert found["shipping"]["is_required"] is True


@pytest.mark.parametrize(("currency", "price"), [(JPY, "22"), (EUR, "22.00"), (KWD, "22.000")])
def test_amounts_have_the_decimals_of_the_currency(currency: Currency, price: str) -> None:
    assert read("bulk_prices", full_product(), currency)[0]["price"] == price


@pytest.mark.parametrize("value", [Decimal("1E+30"), Decimal("1E-900"), -(10**12), "9", True, {}])
def test_number_out_of_range_or_of_another_type_counts_as_missing(value: Any) -> None:
    tiny = Decimal("1E-900")

    assert read("weight", full_product(weight=value)) is None
    flat_rate = read("shipping", full_product(shipping={"flatRate": value}))["flat_rate"]
    assert flat_rate == ("0.00" if value == tiny else None)


@settings(max_examples=150, deadline=None)
@given(RECORDS, RECORDS, st.sampled_from([EUR, JPY]))
def test_no_record_raises_and_every_result_is_json(
    product: dict[str, Any], variation: dict[str, Any], currency: Currency
) -> None:
    product["combinations"] = [variation, product.get("combinations")]

    found = [read(product, currency) for read in PRODUCT_FIELDS.values()]
    found += [read(product, variation, currency) for read in VARIATION_FIELDS.values()]
    found += [read(product) for read in CATEGORY_FIELDS.values()]

    assert msgspec.json.encode(found)
