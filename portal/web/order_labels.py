"""Labels of order statuses, submissions, order updates and coupons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask_babel import lazy_gettext as _l

from portal.models import OrderUpdateState, Store
from portal.rules.orders.submission_states import SubmissionState
from portal.services.records.order_filter import API, PORTAL, STORE
from portal.web.label import Label

CUSTOM_PREFIX = "CUSTOM_"
# A status that Ecwid adds later is shown by its raw name.
PAYMENT_LABELS: dict[str, Label] = {
    "AWAITING_PAYMENT": Label(_l("Awaiting payment"), "warn"),
    "PAID": Label(_l("Paid"), "good"),
    "CANCELLED": Label(_l("Cancelled")),
    "REFUNDED": Label(_l("Refunded")),
    "PARTIALLY_REFUNDED": Label(_l("Partially refunded")),
    "INCOMPLETE": Label(_l("Incomplete")),
    "CUSTOM_PAYMENT_STATUS_1": Label(_l("Custom status 1"), "info"),
    "CUSTOM_PAYMENT_STATUS_2": Label(_l("Custom status 2"), "info"),
    "CUSTOM_PAYMENT_STATUS_3": Label(_l("Custom status 3"), "info"),
}
FULFILLMENT_LABELS: dict[str, Label] = {
    "AWAITING_PROCESSING": Label(_l("Awaiting processing"), "warn"),
    "PROCESSING": Label(_l("Processing"), "info"),
    "SHIPPED": Label(_l("Shipped"), "good"),
    "DELIVERED": Label(_l("Delivered"), "good"),
    "WILL_NOT_DELIVER": Label(_l("Will not deliver")),
    "RETURNED": Label(_l("Returned")),
    "READY_FOR_PICKUP": Label(_l("Ready for pickup"), "info"),
    "OUT_FOR_DELIVERY": Label(_l("Out for delivery"), "info"),
    "CUSTOM_FULFILLMENT_STATUS_1": Label(_l("Custom status 1"), "info"),
    "CUSTOM_FULFILLMENT_STATUS_2": Label(_l("Custom status 2"), "info"),
    "CUSTOM_FULFILLMENT_STATUS_3": Label(_l("Custom status 3"), "info"),
}
SUBMISSION_STATES: dict[str, Label] = {
    SubmissionState.RECEIVED: Label(_l("Waiting"), "info"),
    SubmissionState.VALIDATED: Label(_l("Checked"), "info"),
    SubmissionState.SUBMITTING: Label(_l("Sending"), "info"),
    SubmissionState.SUBMITTED: Label(_l("Placed"), "good"),
    SubmissionState.REJECTED: Label(_l("Not placed"), "bad"),
    SubmissionState.UNKNOWN: Label(_l("Checking"), "warn"),
    SubmissionState.RESOLVED: Label(_l("Placed"), "good"),
}
# Explanation of each state, shown on the page of a submission.
SUBMISSION_DEFINITIONS: dict[str, Label] = {
    SubmissionState.RECEIVED: Label(_l("Received. Not sent to Ecwid yet.")),
    SubmissionState.VALIDATED: Label(_l("Prices, stock and coupon checked.")),
    SubmissionState.SUBMITTING: Label(_l("Sending to Ecwid.")),
    SubmissionState.SUBMITTED: Label(_l("Order created in Ecwid.")),
    SubmissionState.REJECTED: Label(_l("The order wasn't placed.")),
    SubmissionState.UNKNOWN: Label(
        _l("Ecwid didn't answer. We check whether the order exists before we send it again.")
    ),
    SubmissionState.RESOLVED: Label(_l("We found the order in Ecwid.")),
}
UPDATE_STATES: dict[str, Label] = {
    OrderUpdateState.WAITING: Label(_l("Sending"), "info"),
    OrderUpdateState.SENT: Label(_l("Changed in Ecwid"), "good"),
    OrderUpdateState.UNCHANGED: Label(_l("No change needed"), "good"),
    OrderUpdateState.CONFLICT: Label(_l("Also changed in Ecwid"), "warn"),
    OrderUpdateState.FAILED: Label(_l("Failed"), "bad"),
    OrderUpdateState.DROPPED: Label(_l("Discarded"), "plain"),
}
ORDER_FIELDS: dict[str, Label] = {
    "payment_status": Label(_l("Payment")),
    "fulfillment_status": Label(_l("Fulfillment")),
    "tracking_number": Label(_l("Tracking number")),
    "private_notes": Label(_l("Private notes")),
}
CHANNELS: dict[str, Label] = {
    STORE: Label(_l("Online store")),
    PORTAL: Label(_l("This portal")),
    API: Label(_l("Apps (API)")),
}
COUPON_STATUSES: dict[str, Label] = {
    "ACTIVE": Label(_l("Active"), "good"),
    "PAUSED": Label(_l("Paused")),
    "EXPIRED": Label(_l("Expired")),
    "USEDUP": Label(_l("Used up")),
}
COUPON_LIMITS: dict[str, Label] = {
    "UNLIMITED": Label(_l("Unlimited")),
    "ONCEPERCUSTOMER": Label(_l("Once per customer")),
    "SINGLE": Label(_l("Once")),
}
COUPON_CUSTOMERS: dict[str, Label] = {
    "UNLIMITED": Label(_l("Everyone")),
    "NEW_CUSTOMER_ONLY": Label(_l("New customers only")),
    "REPEAT_CUSTOMER_ONLY": Label(_l("Returning customers only")),
}
ORDER_TABLES = {
    "coupon_status": COUPON_STATUSES,
    "coupon_limit": COUPON_LIMITS,
    "coupon_customers": COUPON_CUSTOMERS,
    "submission_state": SUBMISSION_STATES,
    "submission_definition": SUBMISSION_DEFINITIONS,
    "update_state": UPDATE_STATES,
    "order_field": ORDER_FIELDS,
    "channel": CHANNELS,
}


def payment_status(status: str, store: Store) -> Label:
    """Return the label of a payment status by the store's own name, else by ours."""
    return _status_label(status, store, PAYMENT_LABELS)


def fulfillment_status(status: str, store: Store) -> Label:
    """Return the label of a fulfillment status by the store's own name, else by ours."""
    return _status_label(status, store, FULFILLMENT_LABELS)


def offered_statuses(store: Store, statuses: Sequence[str], current: str = "") -> tuple[str, ...]:
    """Return the statuses to choose from, with the current one.

    Custom statuses that the store hasn't named are left out: it doesn't use them. Before the names
    are read, all are offered.
    """
    names = store.order_status_names
    offered = [
        status
        for status in statuses
        if names is None
        or not status.startswith(CUSTOM_PREFIX)
        or status in names
        or status == current
    ]
    return tuple(offered) if current in offered or not current else (current, *offered)


def _status_label(status: str, store: Store, labels: Mapping[str, Label]) -> Label:
    label = labels.get(status) or Label(status)
    name = (store.order_status_names or {}).get(status)
    return replace(label, text=name) if name else label
