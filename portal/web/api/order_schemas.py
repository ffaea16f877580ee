"""Response structs of quotes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.rules.orders.named_amounts import AmountKind
from portal.web.api.amount_spelling import Percent
from portal.web.api.record_schemas import Moment


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


class NamedAmount(Struct):
    """A part of the total. A reduction is negative."""

    kind: AmountKind
    name: Annotated[
        str,
        Meta(description="The store's text, such as the name of a fee; empty if it has none."),
    ]
    amount: Decimal


class QuotedTax(Struct):
    """A tax of the order."""

    name: str
    rate: Annotated[Percent, Meta(description="In percent; 0 if the store doesn't name it.")]
    amount: Decimal
    is_included: Annotated[
        bool, Meta(description="Whether the prices include it. If not, it is also in `amounts`.")
    ]


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
    taxes: list[QuotedTax]
    amounts: Annotated[
        list[NamedAmount],
        Meta(
            description="All parts of the total. They add up to it exactly. `unexplained` is a "
            "difference in the store's own calculation; the order is then refused. Empty in a "
            "quote from before 0.2.0."
        ),
    ]
    prices_include_tax: bool
    total: Annotated[Decimal, Meta(description="The total by Ecwid's calculation.")]
    price_difference: Annotated[
        Decimal,
        Meta(
            description="How far prices are from the expected ones, without a sign: the sum by "
            "line, or the distance of `total` from `expected_total`, whichever is larger."
        ),
    ]
    validation_errors: Annotated[
        list[ValidationMessage],
        Meta(description="Validation errors. Empty if the order can be submitted."),
    ]
    warnings: Annotated[
        list[ValidationMessage], Meta(description="Warnings. They don't prevent the order.")
    ]
    created_at: Moment
