"""Hold the shapes of what the API answers; the document's schemas and their texts are made of them.

Amounts are texts such as "24.90", exact to the cent, in the store's currency. Times are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta, Struct

Item = TypeVar("Item")

Amount = Annotated[Decimal | None, Meta(description="An amount in the store's currency.")]
Moment = Annotated[datetime, Meta(tz=True)]
Id = Annotated[int, Meta(description="Ecwid's number.")]
Raw = Annotated[
    dict[str, Any] | None,
    Meta(description="The record as Ecwid sent it; only if `fields` asks for it."),
]


class Page(Struct, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: Annotated[
        str | None, Meta(description="Ask with this as `after` for what follows; null at the end.")
    ]


class Product(Struct):
    """A product of the store."""

    id: Id
    updated_at: Moment
    name: str
    sku: str | None
    price: Amount
    compare_to_price: Amount
    quantity: Annotated[int | None, Meta(description="Null if the stock is unlimited.")]
    is_in_stock: bool
    is_enabled: Annotated[bool, Meta(description="Whether the store shows it.")]
    url: str | None
    thumbnail_url: str | None
    category_ids: list[int] | None
    created_at: Moment | None
    synced_at: Annotated[Moment, Meta(description="When the portal last read it.")]
    raw: Raw = None


class ProductPage(Page[Product]):
    """A page of products."""


class ChosenOption(Struct):
    """One option of a variation, and what is chosen for it."""

    name: str | None = None
    value: str | None = None


class Variation(Struct):
    """One combination of a product's options."""

    id: Id
    updated_at: Moment
    product_id: int
    number: int | None
    sku: str | None
    options: list[ChosenOption] | None
    price: Amount
    quantity: Annotated[int | None, Meta(description="Null if the stock is unlimited.")]
    is_in_stock: bool
    synced_at: Moment
    raw: Raw = None


class VariationPage(Page[Variation]):
    """A page of variations."""


class Category(Struct):
    """A category of the store."""

    id: Id
    updated_at: Annotated[Moment, Meta(description="When it was read: Ecwid tells no change.")]
    parent_id: Annotated[int | None, Meta(description="Null at the top.")]
    name: str
    is_enabled: bool
    product_count: int | None
    position: int | None
    url: str | None
    synced_at: Moment
    raw: Raw = None


class CategoryPage(Page[Category]):
    """A page of categories."""


class OrderItem(Struct):
    """One position of an order."""

    id: int | None
    product_id: int | None
    variation_id: int | None
    sku: str | None
    name: str
    quantity: int | None
    price: Amount
    coupon_amount: Amount


class Order(Struct):
    """An order of the store; statuses are Ecwid's own words."""

    id: Annotated[int, Meta(description="Ecwid's internal number.")]
    updated_at: Moment
    number: Annotated[str, Meta(description="What people call it by.")]
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
    external_id: Annotated[str | None, Meta(description="The reference it was sent with.")]
    referer_id: str | None
    tracking_number: str | None
    item_count: int
    created_at: Moment
    synced_at: Moment
    items: list[OrderItem]
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
    discount: Annotated[Decimal | None, Meta(description="An amount or a percentage, by `type`.")]
    minimum_subtotal: Amount
    launches_at: Moment | None
    expires_at: Annotated[Moment | None, Meta(description="Null: never.")]
    uses_limit: str | None
    application_limit: str | None
    order_count: int | None
    catalog_limit: dict[str, Any] | None
    created_at: Moment | None
    synced_at: Moment
    raw: Raw = None


class CouponPage(Page[Coupon]):
    """A page of coupons."""
