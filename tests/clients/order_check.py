"""Comparison of a client's output with the order in the store."""

from __future__ import annotations

from typing import Any

from tests.clients.conftest import BOWL, COUPON, ServedPortal


def check_order(portal: ServedPortal, printed: dict[str, Any]) -> None:
    """Check what a client read before and after its order, and that the store has that order once.

    The client prints the product's name, discount and total of its quote, the order's number,
    total and coupon as read back, and the code of the problem of a store that it can't read.
    """
    order = portal.order()
    assert printed == {
        "product": BOWL["name"],
        "discount": "2.50",
        "total": "27.40",
        "number": order["id"],
        "sent_total": "27.40",
        "coupon": COUPON["code"],
        "problem": "not_found",
    }
    assert order["email"] == portal.example_order["email"]
