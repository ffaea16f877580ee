"""Stock of products and variations, and what happens when it is used up."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from portal.rules.records.json_values import Json, flag, text, whole

# Source: REST docs, "Get product"; the official Kotlin client: SHOW, HIDE or ALLOW_PREORDER.
BACKORDER_FIELD = "outOfStockVisibilityBehaviour"  # codespell:ignore behaviour
ALLOW_PREORDER = "ALLOW_PREORDER"


class StockPolicy(StrEnum):
    """How stock limits a sale."""

    UNLIMITED = "unlimited"
    TRACKED = "tracked"
    PREORDER = "preorder"  # tracked, but orders are also accepted beyond the stock


class Stock(NamedTuple):
    """Stock of a product or variation; ``quantity`` is None if it is unlimited."""

    policy: StockPolicy
    quantity: int | None

    @property
    def is_available(self) -> bool:
        """Return whether one piece can be ordered."""
        return self.policy is not StockPolicy.TRACKED or (self.quantity or 0) > 0


def stock_of(product: Json, variation: Json | None = None) -> Stock:
    """Return the stock of a product, or of one of its variations.

    A variation without a quantity that isn't unlimited shares the product's stock. Source: Ecwid's
    REST documentation of 2020. The visibility of a variation is its own or else the product's.
    """
    counted = product if variation is None or shares_stock(variation) else variation
    quantity = whole(counted.get("quantity"))
    if flag(counted.get("unlimited"), default=quantity is None):
        return Stock(StockPolicy.UNLIMITED, None)
    visibility = out_of_stock_visibility(product, variation)
    policy = StockPolicy.PREORDER if visibility == ALLOW_PREORDER else StockPolicy.TRACKED
    return Stock(policy, quantity or 0)


def shares_stock(variation: Json) -> bool:
    """Return whether a variation has no stock of its own."""
    is_counted = whole(variation.get("quantity")) is not None
    return not is_counted and not flag(variation.get("unlimited"), default=False)


def out_of_stock_visibility(product: Json, variation: Json | None = None) -> str | None:
    """Return what the storefront does without stock: Ecwid's ``SHOW``, ``HIDE`` or another."""
    own = text((variation or {}).get(BACKORDER_FIELD))
    return own or text(product.get(BACKORDER_FIELD))
