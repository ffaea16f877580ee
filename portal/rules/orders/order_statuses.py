"""Order statuses that the portal may write, and their effects at Ecwid.

Ecwid documents no order of statuses: any may follow any. The list leaves out statuses that turn an
order back into an unfinished one, and old names that Ecwid answers with 400.
"""

from __future__ import annotations

from typing import Literal, get_args

from portal.i18n import N_

PaymentStatus = Literal[
    "AWAITING_PAYMENT",
    "PAID",
    "CANCELLED",
    "REFUNDED",
    "PARTIALLY_REFUNDED",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
]
# A new order can't be canceled or refunded.
InitialPaymentStatus = Literal[
    "AWAITING_PAYMENT",
    "PAID",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
]
FulfillmentStatus = Literal[
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
]
PAYMENT_STATUSES: tuple[str, ...] = get_args(PaymentStatus)
FIRST_PAYMENT_STATUSES: tuple[str, ...] = get_args(InitialPaymentStatus)
FULFILLMENT_STATUSES: tuple[str, ...] = get_args(FulfillmentStatus)
# The goods are on their way or with the customer.
SHIPPED_STATUSES = ("SHIPPED", "OUT_FOR_DELIVERY", "DELIVERED")
_NO_REFUND = N_(
    "Only the order's status changes. This doesn't issue a refund: refund in your payment provider."
)
# Shown to merchants before they set a status.
CONSEQUENCES: dict[str, str] = {
    "CANCELLED": N_("Ecwid puts the items back into stock. This doesn't issue a refund."),
    "REFUNDED": _NO_REFUND,
    "PARTIALLY_REFUNDED": _NO_REFUND,
    "RETURNED": N_("Only the order's status changes. Stock and payment stay the same."),
    "WILL_NOT_DELIVER": N_("Only the order's status changes. Stock and payment stay the same."),
}
