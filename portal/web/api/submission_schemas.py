"""Request and response structs of submissions and order updates."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from portal.models import OrderUpdateState
from portal.rules.orders.order_notes import PARCELS_LIMIT, Parcel, RefundNote
from portal.rules.orders.order_statuses import FulfillmentStatus, PaymentStatus
from portal.rules.orders.request_fields import LongText, Text
from portal.rules.orders.submission_states import SubmissionState
from portal.web.api.order_schemas import Quote, ValidationMessage
from portal.web.api.record_schemas import Moment, Page


class SubmissionStep(Struct):
    """One entry of a submission's history."""

    state: SubmissionState
    happened_at: Moment
    detail: str | None


class Submission(Struct):
    """An order request that was submitted to a store, and its outcome."""

    id: int
    state: Annotated[
        SubmissionState,
        Meta(description="`submitted`, `resolved`: it is in the store. `rejected`: it isn't."),
    ]
    is_finished: bool
    idempotency_key: str
    reference: Annotated[str, Meta(description="Reference number of the order in the store.")]
    channel_reference: Annotated[str | None, Meta(description="Your own number of the order.")]
    order_number: str | None
    order_id: int | None
    validation_errors: list[ValidationMessage]
    quote: Annotated[Quote, Meta(description="Latest quote; null before the first one.")] | None
    error: str | None
    received_at: Moment
    finished_at: Moment | None
    history: list[SubmissionStep]


class DryRun(Struct):
    """Outcome that an order would have now. Nothing was stored, reserved or sent."""

    is_accepted: Annotated[
        bool, Meta(description="Whether the order would be sent; `quote` has the reasons if not.")
    ]
    quote: Quote
    order: Annotated[
        dict[str, Any] | None,
        Meta(
            description="The order in Ecwid's own format; null if it would be rejected. Without "
            "the reference, which is made with the order, and without what only the store knows "
            "about the customer and the coupon."
        ),
    ]


class SubmissionPage(Page[Submission]):
    """A page of submissions."""


class OrderValues(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Values of an order's fields."""

    payment_status: PaymentStatus | None = None
    fulfillment_status: FulfillmentStatus | None = None
    tracking_number: Text | None = None
    private_notes: LongText | None = None


class OrderUpdateRequest(OrderValues, forbid_unknown_fields=True, omit_defaults=True):
    """New values of an order's fields. Omitted fields don't change; an empty string clears one."""

    parcels: (
        Annotated[
            list[Parcel],
            Meta(
                max_length=PARCELS_LIMIT,
                description="All parcels of the order, in place of `tracking_number`. Ecwid keeps "
                "one number: the store gets the first one's. The portal keeps the others, carriers "
                "and URLs, and shows them to the merchant. An empty list deletes them.",
            ),
        ]
        | None
    ) = None
    refund: (
        Annotated[
            RefundNote,
            Meta(
                description="Refund that you made, with `payment_status` `PARTIALLY_REFUNDED` or "
                "`REFUNDED`. The portal notes it; Ecwid has no call for refunds."
            ),
        ]
        | None
    ) = None
    expected: (
        Annotated[
            OrderValues,
            Meta(
                description="Values that you saw. If the order has others, it isn't changed. "
                "Required for each status that you change, unless you send `If-Match`."
            ),
        ]
        | None
    ) = None


class OrderUpdate(Struct):
    """An update of an order: waiting, finished, or in conflict with the store."""

    id: int
    order_id: int
    order_number: str
    state: OrderUpdateState
    changes: dict[str, str]
    expected: Annotated[
        dict[str, str],
        Meta(description="Values that the store had, by field; see `remote`."),
    ]
    remote: Annotated[
        dict[str, str] | None,
        Meta(
            description="Values in the store at the time of the attempt. Without the scope "
            "`read_orders` only statuses are shown."
        ),
    ]
    attempts: int
    error: str | None
    requested_at: Moment
    finished_at: Moment | None
    parcels: Annotated[list[Parcel] | None, Meta(description="As you sent them.")]
    refund: Annotated[RefundNote | None, Meta(description="As you sent it.")]


class OrderUpdatePage(Page[OrderUpdate]):
    """A page of order updates."""


Prefer = (
    Annotated[
        str,
        Meta(
            description="How long to wait for the outcome (RFC 7240). `wait=2` waits up to 2 s. "
            "The default and maximum is 5 s.",
            examples=["wait=2"],
        ),
    ]
    | None
)


class PreferHeader(Struct, forbid_unknown_fields=True):
    """Headers of a call that waits for its outcome."""

    prefer: Prefer = None


class UpdateHeaders(PreferHeader, forbid_unknown_fields=True):
    """Headers of an order update."""

    if_match: (
        Annotated[
            str,
            Meta(description="The `ETag` of the order as you saw it. `*` accepts every version."),
        ]
        | None
    ) = None


class DryRunHeaders(Struct, forbid_unknown_fields=True):
    """Headers of a dry run."""

    idempotency_key: (
        Annotated[
            str,
            Meta(
                description="The key that you would send with the order, to check it as well.",
                pattern=r"^[ -~]{1,255}$",
            ),
        ]
        | None
    ) = None


class SubmissionHeaders(Struct, forbid_unknown_fields=True, kw_only=True):
    """Headers of an order submission."""

    idempotency_key: Annotated[
        str,
        Meta(
            description="Your unique key for this order, 1 to 255 characters. A repeated request "
            "with the same key and body returns the same submission, for 30 days.",
            pattern=r"^[!-~]([ -~]{0,253}[!-~])?$",
        ),
    ]
    prefer: Prefer = None
