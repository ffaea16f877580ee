"""The sandbox's sample products have every fact that the API shows of a product."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import starmap
from typing import Any

import pytest

from portal.ecwid.catalog_items import listed_prices
from portal.ecwid.values import Record
from portal.rules.orders.pricing import Currency
from portal.rules.records.category_fields import CATEGORY_FIELDS
from portal.rules.records.product_fields import PRODUCT_FIELDS, ProductType
from portal.rules.records.product_options import variation_price
from portal.rules.records.product_stock import StockPolicy
from portal.rules.records.sellable import UnsellableReason
from portal.rules.records.variation_fields import VARIATION_FIELDS
from portal.sandbox.resources.product_body import product_body
from portal.sandbox.sample_data.catalog import make_categories, make_products
from portal.sandbox.sample_data.details import category_with_image
from portal.sandbox.sample_data.showcase import showcase_product
from portal.sandbox.store_settings import complete_settings

EUR = Currency.of("EUR")
IMAGES = "https://images.example"
# No sample product has an unknown type of option, none lacks its price, and a pause of the selling
# concerns the whole store.
NOT_SHOWN = {
    UnsellableReason.SELLING_PAUSED,
    UnsellableReason.OPTION_UNSUPPORTED,
    UnsellableReason.PRICE_MISSING,
}


def as_read(body: Any) -> Any:
    """Return JSON as the portal reads it: numbers with a fraction are Decimals."""
    return json.loads(json.dumps(body), parse_float=Decimal)


def is_empty(value: Any) -> bool:
    """Return whether a field says nothing."""
    return value is None or value is False or value in ([], {})


def bodies() -> Iterator[dict[str, Any]]:
    """Yield the products of a sample store."""
    formats = complete_settings("{}", "EUR")["formatsAndUnits"]
    generated = make_products(
        100, seed=1, first_id=101, categories=make_categories(1), now=1_750_000_000
    )
    for product in starmap(showcase_product, enumerate(generated)):
        for number, variation in enumerate(product.get("combinations", ()), 1):
            variation["id"] = 1000 * product["id"] + number
        body = product_body(product, store_url=IMAGES, image_base=IMAGES, formats=formats)
        yield as_read(body)


@pytest.fixture(scope="module")
def products() -> list[dict[str, Any]]:
    return list(bodies())


def test_every_field_of_a_product_has_a_value_somewhere(products: list[dict[str, Any]]) -> None:
    absent = {
        name
        for name, read in PRODUCT_FIELDS.items()
        if all(is_empty(read(product, EUR)) for product in products)
    }

    assert absent == set()
    assert {PRODUCT_FIELDS["type"](each, EUR) for each in products} == set(ProductType)
    policies = {PRODUCT_FIELDS["stock_policy"](each, EUR) for each in products}
    assert policies == set(StockPolicy)


def test_every_field_of_a_variation_has_a_value_somewhere(products: list[dict[str, Any]]) -> None:
    pairs = [(product, each) for product in products for each in product["combinations"]]

    # Sample variations have their own stock.
    assert {
        name
        for name, read in VARIATION_FIELDS.items()
        if all(is_empty(read(product, variation, EUR)) for product, variation in pairs)
    } <= {"shares_stock", "bulk_prices", "minimum_quantity", "maximum_quantity"}


def test_every_field_of_a_category_has_a_value_somewhere() -> None:
    categories = [as_read(category_with_image(each, IMAGES)) for each in make_categories(1)]

    # Ecwid's counts are left out.
    assert {
        name
        for name, read in CATEGORY_FIELDS.items()
        if all(is_empty(read(category)) for category in categories)
    } == {"enabled_product_count"}


def test_every_reason_not_to_sell_occurs(products: list[dict[str, Any]]) -> None:
    sellable = [PRODUCT_FIELDS["sellable"](product, EUR) for product in products]

    found = {reason for each in sellable for reason in each["reasons"]}
    assert found == {reason.value for reason in UnsellableReason} - {
        reason.value for reason in NOT_SHOWN
    }
    assert sum(each["is_sellable"] for each in sellable) > 80


def test_prices_of_variations_are_those_of_the_mirror(products: list[dict[str, Any]]) -> None:
    for product in products:
        found = [variation_price(product, each) for each in product["combinations"]]
        assert found == listed_prices(Record("products", product))
