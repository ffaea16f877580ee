"""Response structs of discount coupons."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct

from portal.web.api.record_schemas import DeletedAt, Id, Moment, Raw, RecordPage


class Coupon(Struct):
    """A discount coupon of the store. It applies if all of its limits are met."""

    id: Id
    updated_at: Moment
    code: Annotated[str, Meta(description="The store's spelling; codes are compared in any case.")]
    name: str | None
    type: Annotated[
        str | None,
        Meta(
            description="`ABS`, `PERCENT`, `SHIPPING`, `ABS_AND_SHIPPING` or "
            "`PERCENT_AND_SHIPPING`."
        ),
    ]
    status: Annotated[
        str | None, Meta(description="`ACTIVE`, `PAUSED`, `EXPIRED` or `USEDUP`, in Ecwid's words.")
    ]
    discount: Annotated[
        str | None,
        Meta(
            description="An amount such as `5.00`, or a percentage such as `10` if `type` has "
            "`PERCENT`."
        ),
    ]
    minimum_subtotal: Annotated[
        Decimal | None, Meta(description="Least subtotal of all items; null without one.")
    ]
    launches_at: Annotated[Moment | None, Meta(description="When it starts to apply.")]
    expires_at: Annotated[
        Moment | None,
        Meta(description="First moment at which it doesn't apply; null if it never expires."),
    ]
    uses_limit: Annotated[
        str | None,
        Meta(
            description="`UNLIMITED`, `ONCEPERCUSTOMER`, or `SINGLE` for one use by anybody. "
            "`order_count` says how often it was used."
        ),
    ]
    order_count: int | None
    created_at: Moment | None
    synced_at: Moment
    application_limit: Annotated[
        str,
        Meta(
            description="Customers who may use it: `UNLIMITED`, `NEW_CUSTOMER_ONLY` or "
            "`REPEAT_CUSTOMER_ONLY`."
        ),
    ]
    product_ids: Annotated[
        list[int],
        Meta(
            description="Products that it discounts, as well as those in `category_ids`. It "
            "discounts all products if both are empty."
        ),
    ]
    category_ids: Annotated[
        list[int], Meta(description="Categories whose products it discounts; 0 is the front page.")
    ]
    shipping_methods: Annotated[
        list[str],
        Meta(
            description="IDs or names of the shipping methods that it discounts; all if empty. "
            "Only for the types with `SHIPPING`."
        ),
    ]
    raw: Raw = None
    deleted_at: DeletedAt = UNSET


class CouponPage(RecordPage[Coupon]):
    """A page of coupons."""
