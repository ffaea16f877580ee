"""Terms on which one channel sells the products of a store: which, how many and whether at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.i18n import N_
from portal.rules.orders.catalog_items import CatalogItem
from portal.rules.records.sellable import DEFAULT_POLICY, SellablePolicy

STOCK_BUFFER_LIMIT = 1000


class SellingSide(StrEnum):
    """Side that changes the terms: people of the store, or programs of the channel."""

    STORE = "store"
    CHANNEL = "channel"


class SellingPauseReason(StrEnum):
    """Reason for a pause of selling; `PAUSE_REASONS` has its text."""

    STOCK_CHECK = "stock_check"
    PRICE_CHECK = "price_check"
    TOO_MANY_ORDERS = "too_many_orders"
    TIME_OFF = "time_off"
    OTHER = "other"


PAUSE_REASONS: Mapping[str, str] = {
    SellingPauseReason.STOCK_CHECK: N_("The stock is being counted or corrected"),
    SellingPauseReason.PRICE_CHECK: N_("Prices or products are being corrected"),
    SellingPauseReason.TOO_MANY_ORDERS: N_("There are too many orders to ship"),
    SellingPauseReason.TIME_OFF: N_("The store is closed for a day off or a holiday"),
    SellingPauseReason.OTHER: N_("Another reason"),
}


@dataclass(frozen=True)
class SaleTerms:
    """Terms of sale of one channel in one store.

    ``stock_buffer`` is the number of pieces of each stock that are held back for the own shop.
    While selling is paused, the channel can read everything and order nothing. ``policy`` has the
    channel's rules of what it can sell. ``selection_id`` is the consent whose product selection
    limits the products, None for all products.
    """

    stock_buffer: int = 0
    is_selling_paused: bool = False
    policy: SellablePolicy = DEFAULT_POLICY
    selection_id: int | None = None

    def left(self, stock: int | None) -> int | None:
        """Return what the channel may sell of a stock; None stays unlimited.

        The buffer never makes it negative.
        """
        return None if stock is None else max(min(stock, 0), stock - self.stock_buffer)

    def offered(self, item: CatalogItem) -> CatalogItem:
        """Return a product with the stock that the channel may sell."""
        if not self.stock_buffer:
            return item
        variations = (replace(each, stock=self.left(each.stock)) for each in item.variations)
        return replace(item, stock=self.left(item.stock), variations=tuple(variations))


# Terms of the store itself, and of channels without others.
OWN_TERMS = SaleTerms()
