"""Amounts of an order, read from Ecwid's record; an unreadable amount counts as missing.

Source of the fields: REST docs, "Get order"; the official Kotlin client, FetchedOrder.
"""

from __future__ import annotations

from typing import Any

from portal.ecwid.calculations import read_amounts
from portal.ecwid.lenient_record import LenientRecord
from portal.rules.orders.order_amounts import Refund, StoredOrder
from portal.rules.orders.pricing import ZERO


def read_stored_order(payload: Any) -> StoredOrder:
    """Return the amounts of an order; a record that is no object has none."""
    record = LenientRecord("orders", payload)
    includes_tax = record.payload.get("pricesIncludeTax")
    cases = (includes_tax,) if isinstance(includes_tax, bool) else (False, True)
    return StoredOrder(
        readings=[read_amounts(record, includes_tax=case) for case in cases],
        has_total=record.money("total") is not None,
        refunded=record.money("refundedAmount") or ZERO,
        refunds=[
            Refund(part.money("amount") or ZERO, part.moment("date"), part.text_or_empty("reason"))
            for part in record.parts("refunds")
        ],
    )
