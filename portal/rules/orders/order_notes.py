"""Parcels and refunds of an order that a channel reports, and that only the portal keeps.

Ecwid's API takes one tracking number for an order, and has no call for refunds: REST docs, "Update
order". So the store gets the first parcel's number and the payment status, and the rest is kept
with the order update.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct, to_builtins

from portal.errors import InvalidFieldError
from portal.rules.orders.request_checks import check_storable
from portal.rules.orders.request_fields import MAX_AMOUNT, Amount

PARCELS_LIMIT = 20
# Updates of one order with notes. Each read of the order reads all of them.
NOTED_UPDATES_LIMIT = 50
REFUND_STATUSES = ("REFUNDED", "PARTIALLY_REFUNDED")
TRACKING_NUMBER = "tracking_number"


class Parcel(Struct, frozen=True, forbid_unknown_fields=True):
    """One parcel of an order."""

    tracking_number: Annotated[str, Meta(min_length=1, max_length=255)]
    carrier: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
    tracking_url: Annotated[str, Meta(max_length=2000, pattern=r"^https?://[!-~]+$")] | None = None


class RefundNote(Struct, frozen=True, forbid_unknown_fields=True):
    """Refund that you made for an order. The portal only notes it: no money moves."""

    amount: Amount
    reason: Annotated[str, Meta(min_length=1, max_length=255)] | None = None


class OrderNotes(Struct, frozen=True):
    """Parcels and refund of an order update, which the store has no fields for.

    ``parcels`` None leaves the parcels as they are, an empty list deletes them.
    """

    parcels: Sequence[Parcel] | None = None
    refund: RefundNote | None = None

    def document(self) -> dict[str, Any] | None:
        """Return the notes as they are stored; None if there are none."""
        found: dict[str, Any] = {}
        if self.parcels is not None:
            found["parcels"] = to_builtins(list(self.parcels))
        if self.refund is not None:
            amount = str(self.refund.amount)
            found["refund"] = {"amount": amount, "reason": self.refund.reason}
        return found or None


def with_first_parcel(changes: Mapping[str, Any], notes: OrderNotes) -> dict[str, Any]:
    """Return the changes with the tracking number of the first parcel, which the store gets.

    Raises InvalidFieldError if the parcels or the refund contradict the changes.
    """
    found = dict(changes)
    if notes.refund is not None:
        _check_refund(notes.refund, found.get("payment_status"))
    if notes.parcels is not None:
        if TRACKING_NUMBER in found:
            problem = "must be left out, because the first parcel has it"
            raise InvalidFieldError(TRACKING_NUMBER, "not_allowed", problem)
        for number, parcel in enumerate(notes.parcels):
            check_storable(parcel.tracking_number, f"parcels[{number}].tracking_number")
            check_storable(parcel.carrier or "", f"parcels[{number}].carrier")
        found[TRACKING_NUMBER] = notes.parcels[0].tracking_number if notes.parcels else ""
    return found


def check_room(notes: OrderNotes, noted_updates: int) -> None:
    """Raise InvalidFieldError if an order has so many updates with notes that no more are kept."""
    if noted_updates >= NOTED_UPDATES_LIMIT and notes.document() is not None:
        field = "refund" if notes.parcels is None else "parcels"
        problem = f"can't be kept: {NOTED_UPDATES_LIMIT} updates of this order have such notes"
        raise InvalidFieldError(field, "too_long", problem)


def noted_parcels(
    notes: Sequence[Mapping[str, Any]], tracking_number: str | None
) -> list[dict[str, Any]]:
    """Return the parcels of the last of ``notes`` that has any.

    None of them count once the store has another tracking number than the first of them.
    """
    of_notes = (each["parcels"] for each in reversed(notes) if each.get("parcels") is not None)
    parcels = list(next(of_notes, []))
    is_current = bool(parcels) and parcels[0][TRACKING_NUMBER] == (tracking_number or "")
    return parcels if is_current else []


def noted_refunds(notes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return all refunds of ``notes``, in their order."""
    refunds = (each["refund"] for each in notes if each.get("refund") is not None)
    return [{**refund, "amount": Decimal(refund["amount"])} for refund in refunds]


def _check_refund(refund: RefundNote, payment_status: str | None) -> None:
    if payment_status not in REFUND_STATUSES:
        problem = f"can only be sent with payment_status {' or '.join(REFUND_STATUSES)}"
        raise InvalidFieldError("refund", "not_allowed", problem)
    if not (refund.amount.is_finite() and 0 < refund.amount < MAX_AMOUNT):
        problem = f"must be more than 0 and less than {MAX_AMOUNT:,}"
        raise InvalidFieldError("refund.amount", "out_of_range", problem)
    check_storable(refund.reason or "", "refund.reason")
