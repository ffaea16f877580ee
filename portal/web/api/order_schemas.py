"""Response structs of quotes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Moment = Annotated[datetime, Meta(tz=True)]


class ValidationMessage(Struct, omit_defaults=True):
    """A validation error, which makes the store refuse the order, or a warning."""

    code: str
    message: (
        Annotated[str, Meta(description="Removed when the customer's data is erased.")] | UnsetType
    ) = UNSET
    line: (
        Annotated[int, Meta(description="Index of the affected line, starting at 0.")] | UnsetType
    ) = UNSET
    field: Annotated[str, Meta(description="Path of the request field to correct.")] | UnsetType = (
        UNSET
    )


class QuotedLine(Struct):
    """One line of a quote with the store's current price."""

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
            Decimal, Meta(description="`price` minus `expected_price`; null if you sent none.")
        ]
        | None
    )
    stock: Annotated[int, Meta(description="Items in stock; null if unlimited.")] | None
    coupon_amount: Annotated[Decimal, Meta(description="Coupon discount on this line.")]


class CouponFailure(Struct):
    """A rule of the coupon that the order doesn't meet."""

    rule: str
    message: str
    shortfall: Decimal | None


class QuotedCoupon(Struct):
    """The coupon's discount, or the reasons why the coupon doesn't apply."""

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
    """The current price of an order and all its validation errors."""

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
    validation_errors: Annotated[
        list[ValidationMessage],
        Meta(description="Validation errors. Empty if the order can be submitted."),
    ]
    warnings: Annotated[
        list[ValidationMessage], Meta(description="Warnings. They don't prevent the order.")
    ]
    created_at: Moment
