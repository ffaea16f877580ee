"""Stock that is left of what the store reported, after the pieces that the portal has just sold.

The store's search shows an order's effect on the stock some seconds late, and orders in flight have
no effect yet. Each submission therefore claims its pieces with the stock that it read. The claims
are compared with a later reading, to find out which of them it contains already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.rules.orders.catalog_items import CatalogItem

# Product and variation of a stock; variation 0 is the product itself.
StockKey = tuple[int, int]

# Ecwid's own client waits up to 15 seconds until its search shows a change.
SEARCH_LAG = timedelta(seconds=15)
# With more possible sums than these, a change of the stock counts as one by the shop.
SUMS_LIMIT = 10_000


@dataclass(frozen=True)
class StockClaim:
    """Pieces that one submission takes from a stock.

    ``stock`` is what the store reported before. ``settled_at`` is when the order certainly existed,
    None while the submission is in flight.
    """

    quantity: int
    stock: int
    settled_at: datetime | None


class StockRange(NamedTuple):
    """Least and most pieces that are left; they differ while it isn't certain."""

    least: int
    most: int


@dataclass(frozen=True)
class StockNeed:
    """Pieces of one stock that an order needs, and the ``stock`` that the store reported.

    ``position`` is the first line that needs it, ``name`` its product. ``held_back`` are pieces
    that the channel must leave.
    """

    key: StockKey
    quantity: int
    stock: int
    name: str
    position: int
    held_back: int = 0


def remaining_stock(stock: int, read_at: datetime, claims: Iterable[StockClaim]) -> StockRange:
    """Return what is left of ``stock``, which was read at ``read_at``.

    ``claims`` are in the order in which they were made. A difference between two readings that is
    the sum of some claims shows that so many of the claimed pieces are contained. Any other
    difference comes from the shop, too: then it isn't certain whether a reading contains the claims
    before it, until the search lag is over.
    """
    counted = [claim for claim in claims if not _is_surely_shown(claim, read_at)]
    pending: list[StockClaim] = []
    shown = doubtful = 0
    for claim in counted:
        if pending and not _is_sum_of(pending[-1].stock - claim.stock, pending):
            doubtful += _pieces(pending)
            pending, shown = [], 0
        elif pending:
            shown += pending[-1].stock - claim.stock
        pending.append(claim)
    if pending and not _is_sum_of(pending[-1].stock - stock, pending):
        return StockRange(stock - doubtful - _pieces(pending), stock)
    shown += pending[-1].stock - stock if pending else 0
    in_flight = _pieces(claim for claim in pending if claim.settled_at is None)
    unseen = max(0, _pieces(pending) - in_flight - shown)
    # An order in flight may be shown already, may still be made, or may fail.
    return StockRange(stock - doubtful - in_flight - unseen, stock - unseen)


def with_remaining_stock(
    item: CatalogItem,
    read_at: datetime,
    claims: Mapping[StockKey, Sequence[StockClaim]],
    *,
    is_cautious: bool,
) -> CatalogItem:
    """Return a product with the stock that is left; ``is_cautious`` chooses the least."""

    def left(stock: int | None, variation_id: int) -> int | None:
        claimed = claims.get((item.product_id, variation_id))
        if stock is None or not claimed:
            return stock
        found = remaining_stock(stock, read_at, claimed)
        return max(0, found.least if is_cautious else found.most)

    variations = (replace(each, stock=left(each.stock, each.id)) for each in item.variations)
    return replace(item, stock=left(item.stock, 0), variations=tuple(variations))


def _is_surely_shown(claim: StockClaim, read_at: datetime) -> bool:
    return claim.settled_at is not None and claim.settled_at + SEARCH_LAG <= read_at


def _pieces(claims: Iterable[StockClaim]) -> int:
    return sum(claim.quantity for claim in claims)


def _is_sum_of(pieces: int, claims: Sequence[StockClaim]) -> bool:
    """Return whether some of the claims have so many pieces together, or none if it is 0."""
    sums = {0}
    for claim in claims:
        sums |= {each + claim.quantity for each in sums if each + claim.quantity <= pieces}
        if pieces in sums or len(sums) > SUMS_LIMIT:
            break
    return pieces in sums
