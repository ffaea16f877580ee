"""Name the statuses that may be written to an order, and say what they mean at Ecwid.

No order of statuses is documented: any may follow any. What sets an order back to unfinished, and
the names of former years that Ecwid answers with 400, are not written.
"""

from __future__ import annotations

from portal.i18n import marked

PAYMENT_STATUSES = (
    "AWAITING_PAYMENT",
    "PAID",
    "CANCELLED",
    "REFUNDED",
    "PARTIALLY_REFUNDED",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
)
FULFILMENT_STATUSES = (
    "AWAITING_PROCESSING",
    "PROCESSING",
    "SHIPPED",
    "DELIVERED",
    "WILL_NOT_DELIVER",
    "RETURNED",
    "READY_FOR_PICKUP",
    "OUT_FOR_DELIVERY",
    "CUSTOM_FULFILLMENT_STATUS_1",
    "CUSTOM_FULFILLMENT_STATUS_2",
    "CUSTOM_FULFILLMENT_STATUS_3",
)
# A new order is neither cancelled nor refunded.
FIRST_PAYMENT_STATUSES = tuple(
    status
    for status in PAYMENT_STATUSES
    if status not in ("CANCELLED", "REFUNDED", "PARTIALLY_REFUNDED")
)
_NO_REFUND = marked(
    "Ecwid notes it on the order. No money moves: Ecwid has no call for refunds, so pay it back"
    " where it was paid."
)
# What whoever sets a status should know before.
CONSEQUENCES: dict[str, str] = {
    "CANCELLED": marked(
        "Ecwid puts the items back into stock. A payment is not paid back by this."
    ),
    "REFUNDED": _NO_REFUND,
    "PARTIALLY_REFUNDED": _NO_REFUND,
    "RETURNED": marked("Ecwid notes it on the order. Stock and payment stay as they are."),
    "WILL_NOT_DELIVER": marked("Ecwid notes it on the order. Stock and payment stay as they are."),
}
