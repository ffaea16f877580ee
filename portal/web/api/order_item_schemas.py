"""Response structs of an order's items, discounts and taxes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from portal.web.api.record_schemas import Amount


class OrderTax(Struct):
    """A tax of an order or of a part of it."""

    name: str
    rate: Annotated[Decimal | None, Meta(description="In percent.")]
    amount: Amount
    is_included: Annotated[
        bool | None,
        Meta(description="Whether the prices include it; null if the store doesn't say it."),
    ]


class OrderDiscount(Struct):
    """A discount of an order or of an item."""

    kind: Annotated[
        str,
        Meta(
            description="`coupon`, `volume_discount`, `group_discount` (of the customer group), "
            "`volume_and_group_discount`, `custom_discount` (by the merchant, on this order), "
            "`shipping_discount` or `promotion`."
        ),
    ]
    name: Annotated[
        str, Meta(description="The coupon's code or the store's text; empty without one.")
    ]
    amount: Amount


class OptionSelection(Struct):
    """A selected choice of an option, and its effect on the price."""

    title: str
    price_modifier: Annotated[Decimal | None, Meta(description="Amount added to the price.")]
    price_modifier_percent: Annotated[
        Decimal | None, Meta(description="Percentage added to the price.")
    ]


class OrderItemOption(Struct):
    """A chosen option of an item."""

    name: str
    type: Annotated[str | None, Meta(description="`CHOICE`, `CHOICES`, `TEXT`, `DATE` or `FILES`.")]
    values: Annotated[list[str], Meta(description="The chosen or typed values.")]
    selections: list[OptionSelection]


class OrderItemDimensions(Struct):
    """Size of an item in the store's unit."""

    length: Decimal | None
    width: Decimal | None
    height: Decimal | None


class OrderItem(Struct):
    """One item of an order."""

    id: int | None
    product_id: int | None
    variation_id: int | None
    sku: str | None
    name: str
    quantity: int | None
    price: Annotated[
        Decimal | None, Meta(description="Price of one piece with its options, before discounts.")
    ]
    product_price: Annotated[
        Decimal | None, Meta(description="Price of one piece without its options.")
    ]
    price_without_tax: Amount
    coupon_amount: Annotated[Decimal | None, Meta(description="Coupon discount on this item.")]
    discounts: Annotated[
        list[OrderDiscount], Meta(description="Other discounts that apply to this item.")
    ]
    tax: Amount
    taxes: list[OrderTax]
    options: list[OrderItemOption]
    weight: Annotated[Decimal | None, Meta(description="Of one piece, in the store's unit.")]
    dimensions: OrderItemDimensions | None
    is_shipping_required: bool | None
    is_digital: bool | None
    is_gift_card: bool | None
    is_preorder: bool | None
    image_url: str | None
