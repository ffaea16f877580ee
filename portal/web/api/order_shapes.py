"""Hold the shapes of orders that are wanted, and of quotes for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.rules.orders.order_request_json import MOST_LINES, MOST_PIECES
from portal.rules.orders.order_statuses import (
    FIRST_PAYMENT_STATUSES,
    FULFILMENT_STATUSES,
    PAYMENT_STATUSES,
)

Moment = Annotated[datetime, Meta(tz=True)]
Text = Annotated[str, Meta(max_length=255)]
LongText = Annotated[str, Meta(max_length=2_000)]
Key = Annotated[int, Meta(ge=1, lt=2**53)]


def _one_of(words: Sequence[str]) -> Meta:
    return Meta(extra_json_schema={"enum": list(words)})


PaymentStatus = Annotated[str, _one_of(PAYMENT_STATUSES)]
FirstPaymentStatus = Annotated[str, _one_of(FIRST_PAYMENT_STATUSES)]
FulfilmentStatus = Annotated[str, _one_of(FULFILMENT_STATUSES)]


class WantedLine(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One position: a product by id or SKU, a variation by id, SKU or options."""

    quantity: Annotated[int, Meta(ge=1, le=MOST_PIECES)]
    product_id: Key | None = None
    variation_id: Key | None = None
    sku: Text | None = None
    options: dict[str, Text | list[Text]] | None = None
    expected_price: (
        Annotated[
            Decimal, Meta(description="What you show for one piece; null if it doesn't matter.")
        ]
        | None
    ) = None


class Person(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Who receives or pays, and where."""

    name: Text = ""
    company: Text = ""
    street: Text = ""
    city: Text = ""
    postal_code: Text = ""
    country_code: Text = ""
    state_code: Text = ""
    phone: Text = ""


class WantedOrder(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An order that is wanted, to be quoted or submitted."""

    lines: Annotated[list[WantedLine], Meta(min_length=1, max_length=MOST_LINES)]
    email: Annotated[str, Meta(description="Required to order.")] | None = None
    shipping_person: Person | None = None
    billing_person: Person | None = None
    shipping_method: (
        Annotated[str, Meta(description="The id or the name of one that a quote has offered.")]
        | None
    ) = None
    coupon_code: Text | None = None
    expected_total: Decimal | None = None
    accepted_drift: (
        Annotated[
            Decimal,
            Meta(description="By how much prices may differ from what you expect, in all."),
        ]
        | None
    ) = None
    payment_status: FirstPaymentStatus = FIRST_PAYMENT_STATUSES[0]
    fulfilment_status: FulfilmentStatus = FULFILMENT_STATUSES[0]
    payment_method: Text | None = None
    comment: Annotated[LongText, Meta(description="The customer's words.")] | None = None
    private_notes: LongText | None = None
    channel_reference: (
        Annotated[Text, Meta(description="The number that you know the order by.")] | None
    ) = None
    notify_customer: bool = False


class Objection(Struct, omit_defaults=True):
    """One thing that stands against an order, or is worth a remark."""

    code: str
    message: str
    line: Annotated[int, Meta(description="The position that it is about, from 0.")] | UnsetType = (
        UNSET
    )
    field: (
        Annotated[str, Meta(description="What of the request would have to change.")] | UnsetType
    ) = UNSET


class QuotedLine(Struct):
    """One position with the store's price of now."""

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
    drift: (
        Annotated[
            Decimal, Meta(description="The price less what was expected; null if nothing was.")
        ]
        | None
    )
    stock: Annotated[int, Meta(description="Null if it is unlimited.")] | None
    coupon_amount: Annotated[Decimal, Meta(description="What the coupon takes off the line.")]


class CouponFailure(Struct):
    """A rule of the coupon that the order doesn't meet."""

    rule: str
    message: str
    short_by: Decimal | None


class QuotedCoupon(Struct):
    """What the coupon does for the order, or why it does nothing."""

    code: str
    is_accepted: bool
    items_off: Decimal
    shipping_off: Decimal
    eligible_subtotal: Decimal
    failures: list[CouponFailure]
    remark: str | None


class ShippingOption(Struct):
    """One way to receive the order, as the store offers it for this one."""

    id: str
    name: str
    rate: Decimal
    is_pickup: bool


class Quote(Struct):
    """What an order comes to as the store stands now, and all that stands against it."""

    store_id: int
    currency: str
    is_orderable: Annotated[bool, Meta(description="Whether it would be taken as it is asked for.")]
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
    drift: Decimal
    problems: Annotated[list[Objection], Meta(description="What forbids the order.")]
    remarks: Annotated[list[Objection], Meta(description="What doesn't.")]
    made_at: Moment
