"""A large sample store has products with the less usual ways to sell."""

from __future__ import annotations

from tests.sandbox.client import SandboxClient


def test_large_store_has_showcase_products_and_a_small_one_has_none(
    sandbox: SandboxClient,
) -> None:
    large, small = (sandbox.make_store(products=count, orders=60) for count in (100, 20))
    for store_id in (large, small):
        sandbox.connect(store_id)

    found = {product["sku"]: product for product in sandbox.list_items(large)}
    others = {product["sku"] for product in sandbox.list_items(small)}

    prices = {
        one["sku"]: one["defaultDisplayedPrice"]
        for product in found.values()
        for one in (product, *product["combinations"])
    }
    ordered = [item for order in sandbox.list_items(large, "/orders") for item in order["items"]]

    assert len(found) == 100
    assert ordered
    assert all(item["price"] == prices[item["sku"]] for item in ordered)
    assert not any(sku.startswith("SHOW-") for sku in others)
    vase = found["SHOW-VASE"]
    assert [c.get("price") for c in vase["combinations"]] == [None, None, 30]
    assert [c["defaultDisplayedPrice"] for c in vase["combinations"]] == [20, 24, 30]
    assert found["SHOW-TILE"]["wholesalePrices"][0] == {"quantity": 10, "price": 8}
    assert found["SHOW-VISIT"]["nameYourPriceEnabled"] is True
    assert found["SHOW-COFFEE"]["subscriptionSettings"]["oneTimePurchaseAllowed"] is False
