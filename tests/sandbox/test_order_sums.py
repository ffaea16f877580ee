"""Tests for the amounts on an order's admin page."""

from __future__ import annotations

from portal.sandbox.order_sums import order_sums
from tests.sandbox.client import SandboxClient, page_text
from tests.sandbox.pricing.terms import calculated, terms

SENT = {
    "items": [{"name": "Mug", "price": 100, "quantity": 1}],
    "shippingOption": {"shippingMethodId": "express"},
    "handlingFee": {"name": "Box", "value": 3.5},
    "customSurcharges": [{"id": "tips", "value": 2, "description": "Tip"}, {"value": 1}],
    "discountCoupon": {"code": "TEN", "discount": 10},
    "discountInfo": [
        {"value": 5, "type": "ABS", "base": "ON_TOTAL"},
        {"value": 1, "type": "ABS", "base": "CUSTOM", "description": "Hello"},
    ],
    "giftCardCode": "GIFT",
}


def test_the_lines_add_up_to_the_total() -> None:
    for is_gross in (True, False):
        order = calculated(SENT, terms(giftCards={"GIFT": 20}, pricesIncludeTax=is_gross))

        lines = order_sums(order)

        assert round(sum(line.amount for line in lines if line.counts), 2) == order["total"]
        assert [line.label for line in lines] == [
            "Items",
            "Coupon TEN",
            "Volume discount, Hello",
            "Shipping",
            "Box",
            "Tip",
            "Custom Surcharge",
            "Included tax" if is_gross else "Tax",
            "Gift card",
            "Total",
        ]


def test_an_order_with_nothing_but_a_total_has_two_lines() -> None:
    lines = order_sums({"total": 5, "discount": 0, "refunds": [{"amount": 2}]})

    assert [(line.label, line.amount) for line in lines] == [
        ("Items", 0),
        ("Total", 5),
        ("Refund: no reason", -2),
    ]


def test_amounts_are_stored_as_sent_and_shown(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.change_settings(store_id, formatsAndUnits={"currencyPrecision": 3})
    order = calculated(SENT)
    sent = order | {
        "fulfillmentStatus": "PROCESSING",
        "paymentStatus": "PAID",
        "customerGroup": "VIP",
    }
    number = sandbox.api(store_id, "/orders", method="POST", json=sent).json()["orderId"]

    stored = sandbox.api(store_id, f"/orders/{number}").json()
    shown = page_text(sandbox.call("GET", f"/_sandbox/stores/{store_id}/orders/{number}"))

    for name in ("discountInfo", "handlingFee", "customSurcharges", "taxesOnShipping", "discount"):
        assert stored[name] == order[name], name
    assert "Volume discount, Hello -6.000 Shipping 12.500 Box 3.500 Tip 2.000" in shown
    assert "Customer group: VIP" in shown
