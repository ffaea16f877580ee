"""Records whose fields have the types that stores nearly always send, decoded from their JSON text.

This is the fast way to read a page of a list: one decoder checks types and lengths, and builds only
the fields that the mirror stores. A record that doesn't fit raises msgspec.DecodeError. It is then
read field by field (`portal.ecwid.values`), which accepts more and names the invalid field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Raw, Struct
from msgspec.json import Decoder

from portal.ecwid.conversions import INTEGER_LIMIT
from portal.ecwid.strict_json import read_fraction
from portal.ecwid.values import CODE_LENGTH, COUNT_LIMIT, EMAIL_LENGTH

# NUL is valid in JSON, but no database stores it.
ESCAPED_NUL = "\\u0000"
EMPTY_LIST = Raw(b"[]")
EMPTY_OBJECT = Raw(b"{}")

Text = str | None
Code = Annotated[str, Meta(max_length=CODE_LENGTH)] | None
Email = Annotated[str, Meta(max_length=EMAIL_LENGTH)] | None
Flag = bool | None
Integer = Annotated[int, Meta(ge=1 - INTEGER_LIMIT, le=INTEGER_LIMIT - 1)] | None
Count = Annotated[int, Meta(gt=-COUNT_LIMIT, lt=COUNT_LIMIT)] | None
# An integer or a Decimal, or any other value of JSON: a type of its own would be slower.
Amount = Any

Typed = TypeVar("Typed")


class TypedPart(Struct, rename="camel", gc=False):
    """Object whose fields all may be missing."""


class TypedPerson(TypedPart):
    """Billing or shipping contact."""

    name: Text = None
    first_name: Text = None
    last_name: Text = None
    phone: Text = None
    country_code: Code = None


class TypedVariation(TypedPart):
    """One combination of a product; ``options`` is JSON text."""

    id: Integer = None
    combination_number: Count = None
    sku: Code = None
    options: Raw = EMPTY_LIST
    price: Amount = None
    quantity: Count = None
    in_stock: Flag = None


class TypedVariationOption(TypedPart):
    """Option of a variation."""

    name: Text = None
    value: Text = None


class TypedChoice(TypedPart):
    """Choice of an option of a product."""

    text: Text = None
    price_modifier: Amount = None
    price_modifier_type: Text = None


class TypedOption(TypedPart):
    """Option of a product."""

    name: Text = None
    type: Text = None
    required: Flag = None
    choices: list[TypedChoice] | None = None


class TypedSubscription(TypedPart):
    """Subscription settings of a product."""

    subscription_allowed: Flag = None
    one_time_purchase_price: Amount = None


class TypedProduct(TypedPart):
    """Product; values of the type Raw are JSON texts, null included."""

    id: Integer = None
    updated: Text = None
    update_timestamp: Integer = None
    name: Text = None
    sku: Code = None
    price: Amount = None
    compare_to_price: Amount = None
    quantity: Count = None
    in_stock: Flag = None
    enabled: Flag = None
    url: Text = None
    thumbnail_url: Text = None
    category_ids: Raw = EMPTY_LIST
    created: Text = None
    create_timestamp: Integer = None
    options: Raw = EMPTY_LIST
    subscription_settings: Raw = EMPTY_OBJECT
    combinations: list[Raw] | None = None


class TypedItem(TypedPart):
    """One item of an order."""

    id: Integer = None
    product_id: Integer = None
    combination_id: Integer = None
    sku: Code = None
    name: Text = None
    quantity: Count = None
    price: Amount = None
    coupon_amount: Amount = None


class TypedShipping(TypedPart):
    """Shipping option of an order."""

    shipping_rate: Amount = None


class TypedCoupon(TypedPart):
    """Coupon of an order."""

    code: Code = None


class TypedOrder(TypedPart):
    """Order with its items."""

    internal_id: Integer = None
    order_number: Integer = None
    id: Code = None
    vendor_order_number: Code = None
    payment_status: Code = None
    fulfillment_status: Code = None
    total: Amount = None
    subtotal: Amount = None
    tax: Amount = None
    shipping_option: TypedShipping | None = None
    coupon_discount: Amount = None
    discount: Amount = None
    refunded_amount: Amount = None
    email: Email = None
    customer_id: Integer = None
    billing_person: TypedPerson | None = None
    shipping_person: TypedPerson | None = None
    discount_coupon: TypedCoupon | None = None
    external_order_id: Code = None
    referer_id: Code = None
    tracking_number: Text = None
    update_date: Text = None
    update_timestamp: Integer = None
    create_date: Text = None
    create_timestamp: Integer = None
    items: list[TypedItem] | None = None


class TypedStats(TypedPart):
    """Order statistics of a customer."""

    sales_value: Amount = None


class TypedCustomer(TypedPart):
    """Customer."""

    id: Integer = None
    name: Text = None
    first_name: Text = None
    last_name: Text = None
    email: Email = None
    updated: Text = None
    registered: Text = None
    billing_person: TypedPerson | None = None
    customer_group_id: Integer = None
    customer_group_name: Text = None
    total_order_count: Count = None
    stats: TypedStats | None = None
    accept_marketing: Flag = None


def typed_decoder(kind: type[Typed]) -> Callable[[str | Raw], Typed]:
    """Return the decoder of a record's JSON text; it raises DecodeError if the record is odd."""
    decode: Callable[[str | Raw], Typed] = Decoder(kind, float_hook=read_fraction).decode
    return decode
