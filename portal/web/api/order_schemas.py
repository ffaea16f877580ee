"""Response shapes of quotes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Moment = Annotated[datetime, Meta(tz=True)]


class OrderProblem(Struct, omit_defaults=True):
    """A reason why the store would refuse an order, or a warning."""

    code: str
    message: (
        Annotated[str, Meta(description="Absent once the customer's data was erased.")] | UnsetType
    ) = UNSET
    line: Annotated[int, Meta(description="The line concerned, from 0.")] | UnsetType = UNSET
    field: Annotated[str, Meta(description="The field of the request to change.")] | UnsetType = (
        UNSET
    )


class QuotedLine(Struct):
    """One line with the store's current price."""

    position: int
    product_id: int
    variation_id: int | None
    sku: str | None
    name: str
    options: dict[str, str | list[str]]
    quantity: int
    price: Decimal
    total: Decimal
    expected_price: Decimal | None
    price_difference: (
        Annotated[
            Decimal, Meta(description="The price minus the expected one; null if none was given.")
        ]
        | None
    )
    stock: Annotated[int, Meta(description="Null if it is unlimited.")] | None
    coupon_amount: Annotated[Decimal, Meta(description="The coupon's discount on the line.")]


class CouponFailure(Struct):
    """A rule of the coupon that the order doesn't meet."""

    rule: str
    message: str
    short_by: Decimal | None


class QuotedCoupon(Struct):
    """The discount of the coupon, or the reasons why it doesn't apply."""

    code: str
    is_accepted: bool
    items_discount: Decimal
    shipping_discount: Decimal
    eligible_subtotal: Decimal
    failures: list[CouponFailure]
    warning: str | None


class ShippingOption(Struct):
    """A shipping or pickup method that the store offers for this order."""

    id: str
    name: str
    rate: Decimal
    is_pickup: bool


class Quote(Struct):
    """The current price of an order, and every reason why it would be refused."""

    store_id: int
    currency: str
    is_orderable: Annotated[bool, Meta(description="Whether the store would accept the order.")]
    lines: list[QuotedLine]
    subtotal: Decimal
    coupon: QuotedCoupon | None
    coupon_discount: Decimal
    shipping: ShippingOption | None
    shipping_options: list[ShippingOption]
    shipping_cost: Decimal
    tax: Decimal
    prices_include_tax: bool
    total: Decimal
    price_difference: Decimal
    problems: Annotated[list[OrderProblem], Meta(description="Why the order would be refused.")]
    warnings: Annotated[
        list[OrderProblem], Meta(description="To be aware of; the order is not refused.")
    ]
    made_at: Moment
