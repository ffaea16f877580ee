"""Turn Ecwid's orders into rows of the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.values import Record

Row = dict[str, Any]

# What people call an order by; older answers lack some, or tell numbers only.
NUMBER_NAMES = ("id", "vendorOrderNumber", "internalId", "orderNumber")


@dataclass(frozen=True)
class OrderRows:
    """Hold the row of an order and the rows of its items."""

    order: Row
    items: list[Row]


def order_rows(store_id: int, payload: Any, read_at: datetime) -> OrderRows:
    """Return the rows of one order as read at ``read_at``; raise RecordError if impossible.

    An order is known by its internal number, which deletions and events name; without one, the
    order is impossible. Its errors name it by ``number``, the text that people use. An order
    without an update time counts as updated when it was read, without a creation time as created
    at its update. Statuses are taken as they come: Ecwid adds new ones.
    """
    record = Record("orders", payload, NUMBER_NAMES)
    order_id = record.integer("internalId") or record.integer("orderNumber")
    if order_id is None:
        raise record.error("internalId", "is missing")
    items = record.parts("items")
    updated_at = record.moment("updateDate", "updateTimestamp") or read_at
    buyer = record.part("billingPerson").text("name") or record.part("shippingPerson").text("name")
    order = {
        "store": store_id,
        "remote_updated_at": updated_at,
        "synced_at": read_at,
        "deleted_at": None,
        "raw": payload,
        "remote_id": order_id,
        "number": record.code("id") or record.code("vendorOrderNumber") or str(order_id),
        "payment_status": record.code("paymentStatus"),
        "fulfillment_status": record.code("fulfillmentStatus"),
        "total": record.money("total"),
        "subtotal": record.money("subtotal"),
        "tax": record.money("tax"),
        "shipping_cost": record.part("shippingOption").money("shippingRate"),
        "coupon_discount": record.money("couponDiscount"),
        "discount": record.money("discount"),
        "refunded": record.money("refundedAmount"),
        "email": (record.email("email") or "").lower() or None,
        "customer_id": record.integer("customerId"),
        "buyer_name": buyer,
        "coupon_code": record.part("discountCoupon").code("code"),
        "external_id": record.code("externalOrderId"),
        "referer_id": record.code("refererId"),
        "tracking_number": record.text("trackingNumber"),
        "item_count": len(items),
        "remote_created_at": record.moment("createDate", "createTimestamp") or updated_at,
    }
    rows = [_item(store_id, order_id, position, item) for position, item in enumerate(items)]
    return OrderRows(order, rows)


def _item(store_id: int, order_id: int, position: int, record: Record) -> Row:
    return {
        "store": store_id,
        "order_id": order_id,
        "position": position,
        "remote_id": record.integer("id"),
        "product_id": record.integer("productId"),
        "variation_id": record.integer("combinationId"),
        "sku": record.code("sku"),
        "name": record.text("name") or "",
        "quantity": record.count("quantity"),
        "price": record.money("price"),
        "coupon_amount": record.money("couponAmount"),
    }
