"""Validation of order changes, and detection of conflicts with the store."""

from __future__ import annotations

from typing import Any

import pytest

from portal.errors.orders import OrderUpdateError
from portal.rules.orders.order_changes import (
    OrderChanges,
    conflicting_fields,
    is_applied,
    parse_order_changes,
    remote_values,
    statuses_of,
    to_ecwid_fields,
)
from portal.rules.orders.order_statuses import CONSEQUENCES, FULFILLMENT_STATUSES, PAYMENT_STATUSES

PAID = {"payment_status": "PAID"}


def test_changes_are_converted_to_ecwids_field_names() -> None:
    reported = {
        "payment_status": "PAID",
        "fulfillment_status": "SHIPPED",
        "tracking_number": "RX1",
        "private_notes": "",
    }

    assert parse_order_changes(reported).document() == reported
    assert to_ecwid_fields(reported) == {
        "paymentStatus": "PAID",
        "fulfillmentStatus": "SHIPPED",
        "trackingNumber": "RX1",
        "privateAdminNotes": "",
    }
    assert parse_order_changes({"tracking_number": "RX1", "private_notes": None}) == OrderChanges(
        tracking_number="RX1"
    )


@pytest.mark.parametrize(
    ("reported", "field"),
    [
        ([], ""),
        ({}, ""),
        ({"private_notes": None}, ""),
        ({"payment_status": "QUEUED"}, "payment_status"),
        ({"payment_status": "INCOMPLETE"}, "payment_status"),
        ({"fulfillment_status": "LOST"}, "fulfillment_status"),
        ({"tracking_number": 5}, "tracking_number"),
        ({"tracking_number": "x" * 256}, "tracking_number"),
        ({"private_notes": "a\x00"}, "private_notes"),
        ({"total": 5}, "total"),
    ],
)
def test_invalid_change_is_refused(reported: Any, field: str) -> None:
    with pytest.raises(OrderUpdateError) as refused:
        parse_order_changes(reported)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("expected", "remote", "fields"),
    [
        ("AWAITING_PAYMENT", "AWAITING_PAYMENT", []),
        ("AWAITING_PAYMENT", "PAID", []),
        ("AWAITING_PAYMENT", "CANCELLED", ["payment_status"]),
    ],
)
def test_third_value_at_the_store_is_a_conflict(
    expected: str, remote: str, fields: list[str]
) -> None:
    found = remote_values(PAID, {"paymentStatus": remote, "total": 5})

    assert conflicting_fields(PAID, {"payment_status": expected}, found) == fields
    assert is_applied(PAID, found) is (remote == "PAID")


def test_consequences_describe_only_known_statuses() -> None:
    assert set(CONSEQUENCES) <= {*PAYMENT_STATUSES, *FULFILLMENT_STATUSES}


@pytest.mark.parametrize("remote", ["Fragile\r\nheavy", "Fragile\nheavy", "Fragile\rheavy"])
def test_line_ends_are_no_difference(remote: str) -> None:
    seen, wanted = {"private_notes": "Fragile\nheavy"}, {"private_notes": "Fragile\nlight"}

    assert is_applied(seen, {"private_notes": remote})
    assert conflicting_fields(wanted, seen, {"private_notes": remote}) == []
    assert conflicting_fields(wanted, {"private_notes": "Light"}, {"private_notes": remote})


def test_statuses_are_separated_from_texts() -> None:
    values = {**PAID, "private_notes": "Allergic to nuts", "tracking_number": "RX1"}

    assert statuses_of(values) == PAID
