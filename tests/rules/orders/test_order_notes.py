"""Parcels and refunds that only the portal keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.errors import InvalidFieldError
from portal.rules.orders.order_notes import (
    OrderNotes,
    Parcel,
    RefundNote,
    noted_parcels,
    noted_refunds,
    with_first_parcel,
)

TWO = (Parcel("RX1", "DHL", "https://track.example/RX1"), Parcel("RX2"))


def test_store_gets_the_number_of_the_first_parcel() -> None:
    assert with_first_parcel({}, OrderNotes(TWO)) == {"tracking_number": "RX1"}
    assert with_first_parcel({}, OrderNotes(())) == {"tracking_number": ""}
    assert with_first_parcel({"payment_status": "PAID"}, OrderNotes()) == {"payment_status": "PAID"}


@pytest.mark.parametrize(
    ("changes", "notes", "field"),
    [
        ({"tracking_number": "RX1"}, OrderNotes(TWO), "tracking_number"),
        ({}, OrderNotes((Parcel("a\x00"),)), "parcels[0].tracking_number"),
        ({}, OrderNotes((*TWO, Parcel("RX3", "\ud800"))), "parcels[2].carrier"),
        ({"payment_status": "PAID"}, OrderNotes(refund=RefundNote(Decimal(5))), "refund"),
        ({}, OrderNotes(refund=RefundNote(Decimal(5))), "refund"),
        *(
            (
                {"payment_status": "REFUNDED"},
                OrderNotes(refund=RefundNote(Decimal(amount))),
                "refund.amount",
            )
            for amount in ("0", "-1", "NaN", "Infinity", "1e12")
        ),
        (
            {"payment_status": "REFUNDED"},
            OrderNotes(refund=RefundNote(Decimal(5), "a\x00")),
            "refund.reason",
        ),
    ],
)
def test_contradiction_names_its_field(
    changes: dict[str, Any], notes: OrderNotes, field: str
) -> None:
    with pytest.raises(InvalidFieldError) as error:
        with_first_parcel(changes, notes)

    assert error.value.field == field


def test_last_parcels_count_while_the_store_has_their_number() -> None:
    first, second, refund = (
        notes.document() or {}
        for notes in (
            OrderNotes(TWO),
            OrderNotes((Parcel("RX9"),)),
            OrderNotes(refund=RefundNote(Decimal("5.00"), "damaged")),
        )
    )

    assert [each["tracking_number"] for each in noted_parcels([first, refund], "RX1")] == [
        "RX1",
        "RX2",
    ]
    assert [each["tracking_number"] for each in noted_parcels([first, second], "RX9")] == ["RX9"]
    assert noted_parcels([first], "Theirs") == []
    assert noted_parcels([first, {"parcels": []}], "") == []
    assert noted_parcels([], None) == []
    assert OrderNotes().document() is None


def test_all_refunds_are_noted() -> None:
    notes = [
        {"refund": {"amount": "5.00", "reason": None}},
        {"parcels": []},
        {"refund": {"amount": "2.50", "reason": "late"}},
    ]

    assert noted_refunds(notes) == [
        {"amount": Decimal("5.00"), "reason": None},
        {"amount": Decimal("2.50"), "reason": "late"},
    ]
