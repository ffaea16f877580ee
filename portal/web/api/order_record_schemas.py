"""Response structs of the store's orders, from which the OpenAPI document's schemas are made."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.rules.orders.order_notes import Parcel
from portal.web.api.catalog_schemas import Product
from portal.web.api.customer_schemas import Address, Customer
from portal.web.api.order_item_schemas import OrderDiscount, OrderItem, OrderTax
from portal.web.api.order_schemas import NamedAmount
from portal.web.api.record_schemas import Amount, DeletedAt, Moment, Raw, RecordPage


class OrderFee(Struct):
    """A handling fee, a surcharge or a tip."""

    kind: Annotated[str, Meta(description="`handling_fee`, `surcharge` or `tip`.")]
    name: str
    description: str | None
    amount: Amount
    amount_without_tax: Amount
    taxes: list[OrderTax]


class OrderRefund(Struct):
    """A refund. If more was refunded than the store's refunds say, one has the rest."""

    amount: Amount
    refunded_at: Moment | None
    reason: str | None


class NotedRefund(Struct):
    """A refund that a program reported."""

    amount: Amount
    reason: str | None


class OrderShipping(Struct):
    """Shipping or pickup method of an order."""

    method_id: str | None
    method: Annotated[str | None, Meta(description="Name of the method.")]
    carrier: str | None
    type: Annotated[str | None, Meta(description="`SHIPPING`, `PICKUP` or `DELIVERY`.")]
    rate: Amount
    rate_without_tax: Amount
    estimated_delivery: Annotated[
        str | None, Meta(description="The store's text, such as `2-4 days`.")
    ]
    ship_by: Annotated[Moment | None, Meta(description="When it has to be shipped at the latest.")]
    deliver_by: Annotated[
        Moment | None, Meta(description="When it has to be delivered at the latest.")
    ]


class OrderPickup(Struct):
    """Pickup of an order by its customer."""

    method: str | None
    pickup_at: Annotated[Moment | None, Meta(description="The time that the customer chose.")]
    instruction: str | None
    location_id: str | None


class OrderShipment(Struct):
    """A shipment of an order."""

    id: str | None
    carrier: str | None
    service: str | None
    tracking_number: str | None
    tracking_url: str | None
    created_at: Moment | None


class OrderPayment(Struct):
    """Payment method of an order, and its transaction."""

    method: Annotated[str | None, Meta(description="Name that the customer saw.")]
    module: Annotated[str | None, Meta(description="Ecwid's payment processor.")]
    message: str | None
    transaction_id: str | None
    transaction_url: str | None


class OrderExtraField(Struct):
    """A value that a checkout field or a program has added to an order."""

    name: str
    title: Annotated[
        str | None, Meta(description="Question that the customer saw; null for other values.")
    ]
    value: str


class Order(Struct):
    """An order of the store. Statuses have Ecwid's values.

    An order whose customer was erased keeps its amounts, statuses and items.
    """

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
    discount: Annotated[
        Decimal | None, Meta(description="All discounts without the coupon; see `discounts`.")
    ]
    refunded: Amount
    email: str | None
    customer_id: Annotated[int | None, Meta(description="Null for a guest's order.")]
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
    payment_status_name: Annotated[
        str | None, Meta(description="The store's own name of a custom status, else null.")
    ]
    fulfillment_status_name: Annotated[
        str | None, Meta(description="The store's own name of a custom status, else null.")
    ]
    items: list[OrderItem]
    billing_person: Annotated[Address | None, Meta(description="The billing address.")]
    shipping_person: Annotated[Address | None, Meta(description="The shipping address.")]
    customer_tax_id: str | None
    is_customer_tax_id_valid: bool | None
    is_tax_exempt: bool
    is_tax_reversed: Annotated[
        bool, Meta(description="Whether the customer owes the tax (reverse charge).")
    ]
    prices_include_tax: Annotated[bool | None, Meta(description="Null in orders of old stores.")]
    customer_group: Annotated[str | None, Meta(description="Name of the group when it ordered.")]
    discounts: Annotated[
        list[OrderDiscount], Meta(description="Discounts by kind, as positive amounts.")
    ]
    fees: list[OrderFee]
    taxes: Annotated[
        list[OrderTax],
        Meta(
            description="Taxes by name and rate, which add up to `tax`. One without a name is what "
            "the named ones don't explain."
        ),
    ]
    refunds: list[OrderRefund]
    gift_card_amount: Annotated[Decimal | None, Meta(description="Part paid by a gift card.")]
    shipping: OrderShipping | None
    pickup: Annotated[OrderPickup | None, Meta(description="Null unless it is picked up.")]
    shipments: list[OrderShipment]
    parcels: Annotated[
        list[Parcel],
        Meta(
            description="Parcels that programs reported by `PATCH`, kept by the portal and not by "
            "the store. Empty once the store has another tracking number than the first one's."
        ),
    ]
    noted_refunds: Annotated[
        list[NotedRefund],
        Meta(description="Refunds that programs reported by `PATCH`, kept by the portal alone."),
    ]
    payment: OrderPayment
    comment: Annotated[str | None, Meta(description="The customer's comment.")]
    private_notes: Annotated[
        str | None, Meta(description="Notes of the merchant that the customer doesn't see.")
    ]
    extra_fields: list[OrderExtraField]
    language: Annotated[str | None, Meta(description="Language code of the order, such as `de`.")]
    accepts_marketing: Annotated[
        bool | None, Meta(description="Null if the customer wasn't asked.")
    ]
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
    customer: (
        Annotated[Customer | None, Meta(description="Returned only if `include` names it.")]
        | UnsetType
    ) = UNSET
    products: (
        Annotated[
            list[Product],
            Meta(description="Products of the items. Returned only if `include` names it."),
        ]
        | UnsetType
    ) = UNSET
    raw: Raw = None
    deleted_at: DeletedAt = UNSET


class OrderPage(RecordPage[Order]):
    """A page of orders."""
