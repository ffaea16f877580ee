"""A variation has its own values, or else those of its product."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from portal.rules.orders.pricing import Currency
from portal.rules.records.variation_fields import VARIATION_FIELDS
from tests.rules.records.catalog import VARIATION, full_product

EUR = Currency.of("EUR")
OWN: dict[str, Any] = {
    "compareToPrice": 30,
    "minPurchaseQuantity": 1,
    "maxPurchaseQuantity": 4,
    "weight": Decimal("0.55"),
    "dimensions": {"length": 20, "width": 20, "height": 20},
    "isShippingRequired": False,
    "imageUrl": "https://i.example/l.jpg",
    "attributes": [{"type": "UPC", "name": "UPC", "value": "4006381333948"}],
}


def read(name: str, product: dict[str, Any], variation: dict[str, Any]) -> Any:
    """Return one field as the API sends it."""
    return msgspec.to_builtins(VARIATION_FIELDS[name](product, variation, EUR), builtin_types=())


@pytest.mark.parametrize(
    ("name", "inherited", "own"),
    [
        ("compare_to_price", "28.00", "30.00"),
        ("minimum_quantity", 2, 1),
        ("maximum_quantity", 12, 4),
        ("weight", "0.4", "0.55"),
        (
            "dimensions",
            {"length": "12", "width": "8.5", "height": "0"},
            {"length": "20", "width": "20", "height": "20"},
        ),
        ("is_shipping_required", True, False),
        ("gtin", "4006381333931", "4006381333948"),
    ],
)
def test_own_value_replaces_the_products(name: str, inherited: Any, own: Any) -> None:
    product = full_product(compareToPrice=28)

    assert read(name, product, VARIATION) == inherited
    assert read(name, product, VARIATION | OWN) == own


def test_image_is_its_own_or_all_of_the_product() -> None:
    (own,) = read("images", full_product(), VARIATION | OWN)

    assert (own["url_1500"], own["is_main"]) == ("https://i.example/l.jpg", True)
    assert len(read("images", full_product(), VARIATION)) == 2


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        # 22.00 from ten pieces on, and 2.50 more for the size.
        ({}, "24.50"),
        ({"price": 40}, "24.50"),
        ({"wholesalePrices": [{"quantity": 5, "price": 19}]}, "21.50"),
        ({"options": [{"name": "Size", "value": "S"}]}, "22.00"),
    ],
)
def test_bulk_price_includes_the_options_of_the_variation(
    changes: dict[str, Any], price: str
) -> None:
    assert read("bulk_prices", full_product(), VARIATION | changes)[0]["price"] == price


@pytest.mark.parametrize(
    ("product", "variation", "policy", "quantity", "shares"),
    [
        ({}, {"quantity": 3}, "tracked", 3, False),
        ({}, {"quantity": None}, "tracked", 7, True),
        ({}, {"quantity": None, "unlimited": True}, "unlimited", None, False),
        ({"unlimited": True}, {"quantity": None}, "unlimited", None, True),
        ({"unlimited": True}, {"quantity": 0}, "tracked", 0, False),
        ({"preorder": True}, {"quantity": 0}, "preorder", 0, False),
    ],
)
def test_stock_is_its_own_or_shared_with_the_product(
    product: dict[str, Any],
    variation: dict[str, Any],
    policy: str,
    quantity: int | None,
    shares: bool,
) -> None:
    if product.pop("preorder", False):
        product = {"outOfStockVisibilityBehaviour": "ALLOW_PREORDER"}  # codespell:ignore behaviour
    whole, part = full_product(**product), VARIATION | variation

    assert read("stock_policy", whole, part) == policy
    assert read("quantity", whole, part) == quantity
    assert read("shares_stock", whole, part) is shares


def test_variation_can_be_unsellable_although_its_product_is_sellable() -> None:
    sold_out, available = VARIATION | {"quantity": 0}, VARIATION | {"id": 52}
    product = full_product(combinations=[sold_out, available])

    assert read("sellable", product, sold_out)["reasons"] == ["out_of_stock"]
    assert read("sellable", product, available) == {"is_sellable": True, "reasons": []}
