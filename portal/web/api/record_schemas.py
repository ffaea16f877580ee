"""Response structs of mirrored orders, customers and coupons, and what all records share.

Amounts are strings, exact, with the decimals of the store's currency: "24.90" EUR, "2998" JPY.
Times are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.web.api.order_schemas import NamedAmount

Item = TypeVar("Item")

Amount = Annotated[Decimal | None, Meta(description="An amount in the store's currency.")]
Moment = Annotated[datetime, Meta(tz=True)]
Id = Annotated[int, Meta(description="Ecwid's ID of the record.")]
Raw = Annotated[
    dict[str, Any] | None,
    Meta(
        description="The record as Ecwid sent it, with Ecwid's names. Returned only if `fields` "
        "names it."
    ),
]


class Page(Struct, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: Annotated[
        str | None,
        Meta(description="Cursor of the next page, to send as `after`; null on the last page."),
    ]


class OrderItem(Struct):
    """One item of an order."""

    id: int | None
    product_id: int | None
    variation_id: int | None
    sku: str | None
    name: str
    quantity: int | None
    price: Amount
    coupon_amount: Amount


class Order(Struct):
    """An order of the store. Statuses have Ecwid's values."""

    id: Annotated[int, Meta(description="Ecwid's internal ID.")]
    updated_at: Moment
    number: Annotated[str, Meta(description="Order number that customers see.")]
    payment_status: str | None
    fulfillment_status: str | None
    total: Amount
    subtotal: Amount
    tax: Amount
    shipping_cost: Amount
    coupon_discount: Amount
    discount: Amount
    refunded: Amount
    email: str | None
    customer_id: int | None
    buyer_name: str | None
    coupon_code: str | None
    external_id: Annotated[
        str | None, Meta(description="Reference that the order was submitted with.")
    ]
    referer_id: str | None
    tracking_number: str | None
    item_count: int
    created_at: Moment
    synced_at: Moment
    items: list[OrderItem]
    amounts: (
        Annotated[
            list[NamedAmount],
            Meta(
                description="All parts of the total. They add up to it exactly. `unexplained` is a "
                "difference that the store doesn't itemize, `rounding` a small one. Returned only "
                "if `fields` names it."
            ),
        ]
        | UnsetType
    ) = UNSET
    raw: Raw = None


class OrderPage(Page[Order]):
    """A page of orders."""


class Customer(Struct):
    """A customer of the store."""

    id: Id
    updated_at: Moment
    email: str | None
    name: str | None
    phone: str | None
    country_code: str | None
    group_id: int | None
    group_name: str | None
    order_count: int | None
    sales_value: Amount
    accepts_marketing: bool
    created_at: Moment
    synced_at: Moment
    raw: Raw = None


class CustomerPage(Page[Customer]):
    """A page of customers."""


class Coupon(Struct):
    """A discount coupon of the store."""

    id: Id
    updated_at: Moment
    code: str
    name: str | None
    type: str | None
    status: str | None
    discount: Annotated[
        Decimal | None, Meta(description="Amount or percentage, depending on `type`.")
    ]
    minimum_subtotal: Amount
    launches_at: Moment | None
    expires_at: Annotated[Moment | None, Meta(description="Null if it never expires.")]
    uses_limit: str | None
    application_limit: str | None
    order_count: int | None
    catalog_limit: dict[str, Any] | None
    created_at: Moment | None
    synced_at: Moment
    raw: Raw = None


class CouponPage(Page[Coupon]):
    """A page of coupons."""
