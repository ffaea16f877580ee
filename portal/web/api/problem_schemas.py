"""Shapes of the API's error responses: the members of all problems, and those of single codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.rules.channels.product_selection import FeedReason
from portal.web.api.record_schemas import Moment
from portal.web.api.submission_schemas import OrderUpdate, Submission


class FieldError(Struct):
    """An invalid query parameter, header or body field."""

    field: Annotated[
        str,
        Meta(description="Path, such as `lines[0].quantity`; empty for the body as a whole."),
    ]
    code: Annotated[str, Meta(description="Stable code, such as `out_of_range`.")]
    message: str


class Problem(Struct, omit_defaults=True):
    """An error response (RFC 9457). Some codes have more members."""

    type: Annotated[str, Meta(description="URL of the explanation of `code`.")]
    title: str
    status: int
    detail: Annotated[str, Meta(description="The reason of the error, and what to do.")]
    code: str
    request_id: Annotated[
        str, Meta(description="Identifier of this call, as in the header `Request-Id`.")
    ]
    field: str | None = None  # path of the query parameter or body field that caused it


class InvalidMembers(Struct):
    """Members of `invalid`."""

    errors: Annotated[list[FieldError], Meta(description="The reason for each field.")]
    field: (
        Annotated[str, Meta(description="Path of the first field; absent for the whole body.")]
        | UnsetType
    ) = UNSET


class FieldMember(Struct):
    """Member of a problem with a single header or field."""

    field: Annotated[str, Meta(description="The header or field that is missing or invalid.")]


class WaitMember(Struct):
    """Member of a problem that passes."""

    retry_after_s: Annotated[
        int, Meta(ge=0, description="Seconds to wait, as in the header `Retry-After`.")
    ]


class GoneMember(Struct):
    """Members of `gone`."""

    deleted_at: Annotated[
        Moment, Meta(description="When the record was deleted, or left your product selection.")
    ]
    reason: (
        Annotated[
            FeedReason,
            Meta(description="`left_selection`: it is still in the store, but not for you."),
        ]
        | UnsetType
    ) = UNSET


class CurrentMember(Struct):
    """Member of `precondition_failed`."""

    current: Annotated[
        dict[str, str],
        Meta(
            description="The order's present values by field. Without the scope `read_orders` only "
            "statuses are shown."
        ),
    ]


class StateMember(Struct):
    """Member of `store_not_working`."""

    state: Annotated[str, Meta(description="State of the store, as in `Store`.")]


class UpdateMember(Struct):
    """Member of `update_conflict`."""

    order_update: (
        Annotated[OrderUpdate, Meta(description="The update with both values.")] | UnsetType
    ) = UNSET


class SubmissionMember(Struct):
    """Member of `order_rejected`."""

    submission: Annotated[Submission, Meta(description="The reasons, and a new quote.")]


MEMBERS: Mapping[str, type[Struct]] = {
    "invalid": InvalidMembers,
    "idempotency_key_invalid": FieldMember,
    "precondition_required": FieldMember,
    "precondition_failed": CurrentMember,
    "rate_limited": WaitMember,
    "store_busy": WaitMember,
    "too_many_waiting": WaitMember,
    "unavailable": WaitMember,
    "gone": GoneMember,
    "store_not_working": StateMember,
    "update_conflict": UpdateMember,
    "order_rejected": SubmissionMember,
}
