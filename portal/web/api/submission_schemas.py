"""Request and response shapes of submissions and of order changes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from portal.models import OrderUpdateState
from portal.rules.orders.order_request import LongText, Text
from portal.rules.orders.order_statuses import FulfillmentStatus, PaymentStatus
from portal.rules.orders.submission_states import SubmissionState
from portal.web.api.order_schemas import Moment, OrderProblem, Quote


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
        Meta(description="`submitted` and `resolved`: it is in the store. `rejected`: it isn't."),
    ]
    is_finished: bool
    idempotency_key: str
    reference: Annotated[str, Meta(description="The order's reference number in the store.")]
    order_number: str | None
    order_id: int | None
    problems: list[OrderProblem]
    quote: Annotated[Quote, Meta(description="The latest quote; null before the first.")] | None
    error: str | None
    received_at: Moment
    finished_at: Moment | None
    history: list[SubmissionStep]


class SubmissionPage(Struct):
    """A page of submissions."""

    items: list[Submission]
    next: str | None


class OrderUpdateRequest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """New values of an order's fields; what isn't named stays, an empty text empties."""

    payment_status: PaymentStatus | None = None
    fulfillment_status: FulfillmentStatus | None = None
    tracking_number: Text | None = None
    private_notes: LongText | None = None
    expected: Annotated[
        dict[str, str] | None,
        Meta(description="How you saw the fields; without it, as this API last answered them."),
    ] = None


class OrderUpdate(Struct):
    """A change of an order: on its way, done, or in conflict with the store."""

    id: int
    order_id: int
    order_number: str
    state: OrderUpdateState
    changes: dict[str, str]
    expected: dict[str, str]
    remote: Annotated[
        dict[str, str] | None, Meta(description="How the store had the fields when it was tried.")
    ]
    attempts: int
    error: str | None
    requested_at: Moment
    finished_at: Moment | None


class PreferHeader(Struct, forbid_unknown_fields=True):
    """How long to wait for the outcome."""

    prefer: (
        Annotated[
            str,
            Meta(
                description="`wait=2`, as RFC 7240 has it, waits at most 2 s for the outcome; "
                "without it 5 s, which is the longest.",
                pattern=r"^wait=[0-5]$",
            ),
        ]
        | None
    ) = None


class SubmissionHeaders(Struct, forbid_unknown_fields=True, kw_only=True):
    """By what a submission is known again, and how long to wait for its outcome."""

    idempotency_key: Annotated[
        str,
        Meta(
            description="A text of your own for this order, 1 to 255 characters. The same one with "
            "the same body is the same order, however often you send it.",
            pattern=r"^[ -~]{1,255}$",
        ),
    ]
    prefer: (
        Annotated[str, Meta(description="`wait=0` to `wait=5`: how many seconds to wait.")] | None
    ) = None
