"""One rule of which orders count: as a use of their coupon, and as an order of their customer."""

from __future__ import annotations

CANCELED = "CANCELLED"
INCOMPLETE = "INCOMPLETE"


def is_counted(payment_status: str | None, *, is_deleted: bool) -> bool:
    """Return whether an order counts, by the shop's checkout and by the portal alike.

    A canceled or deleted order gives its use back, and counts again once it is reinstated. An
    unfinished order (INCOMPLETE) has never been placed. A refund gives nothing back, because the
    order has taken place.
    """
    return not is_deleted and payment_status not in (CANCELED, INCOMPLETE)


def is_given_back(payment_status: str | None, *, is_deleted: bool) -> bool:
    """Return whether an order counted once and no longer does."""
    return payment_status != INCOMPLETE and (is_deleted or payment_status == CANCELED)


def count_with_reported(counted: int, given_back: int, reported: int) -> int:
    """Return how many orders count by the mirror and by the number that Ecwid reports.

    Ecwid's number may include orders that the mirror doesn't have yet. Whether a cancellation
    lowers it is documented nowhere. We assume that it doesn't, and take off the orders given back.
    If it does, an order that the mirror lacks is missed until it arrives; until then Ecwid's status
    USEDUP protects a coupon for a single use.
    """
    return max(counted, reported - given_back)
