"""Orders: API calls, and the conversion of Ecwid's records to database rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from portal.ecwid.calls import PAGE_LIMIT, Calls, Entity, Page, response_fields, seconds
from portal.ecwid.person_names import person_name
from portal.ecwid.values import Record, Row
from portal.errors import RecordError
from portal.rules.orders.coupon_terms import coupon_code_key
from portal.rules.records.email_addresses import normalize_email

# Fields that identify an order to people. Older orders lack some of them or have only numbers.
NUMBER_NAMES = ("id", "vendorOrderNumber", "internalId", "orderNumber")


class OrderRows(NamedTuple):
    """Row of an order and the rows of its items."""

    order: Row
    items: list[Row]


class CreatedOrder(NamedTuple):
    """Number that people use, and Ecwid's internal id; None if the answer doesn't have it."""

    number: str | None
    order_id: int | None


def order_rows(store_id: int, payload: Any, read_at: datetime) -> OrderRows:
    """Convert one order; raise RecordError for an invalid field.

    The primary key is Ecwid's internal number, which deletions and events refer to; an order
    without one is invalid. Errors name the order by ``number``, the id that people use. ``read_at``
    is the time of the API read. It replaces a missing update time; the update time replaces a
    missing creation time. Statuses are not checked against a list, because Ecwid adds new ones.
    """
    record = Record("orders", payload, NUMBER_NAMES)
    order_id = record.integer("internalId") or record.integer("orderNumber")
    if order_id is None:
        raise record.error("internalId", "is missing")
    items = record.parts("items")
    updated_at = record.moment("updateDate", "updateTimestamp") or read_at
    coupon_code = record.part("discountCoupon").code("code")
    buyer = person_name(record.part("billingPerson"), record.part("shippingPerson"))
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
        "email": normalize_email(record.email("email") or "") or None,
        "customer_id": record.integer("customerId"),
        "buyer_name": buyer,
        "coupon_code": coupon_code,
        "coupon_code_key": None if coupon_code is None else coupon_code_key(coupon_code),
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


class OrderCalls(Calls):
    """Calls that the scopes read_orders, create_orders and update_orders allow.

    An order's id is a text such as ``EBJFT``; its number is an older key that we never send.
    """

    def orders(
        self,
        *,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
        created_to: datetime | None = None,
        referer_id: str | None = None,
        fields: Sequence[str] = (),
    ) -> Page:
        """Return one page of up to 100 orders, without unfinished ones (INCOMPLETE).

        ``referer_id`` finds orders that we created; with ``fields`` the orders have only these.
        The order of results is documented nowhere; in tests the newest came first.
        """
        return self.page(
            "/orders",
            offset=offset,
            updatedFrom=seconds(updated_from),
            updatedTo=seconds(updated_to),
            createdTo=seconds(created_to),
            refererId=referer_id,
            responseFields=response_fields(fields),
        )

    def orders_by_id(self, order_ids: Sequence[str]) -> Page:
        """Return the existing orders among at most 100 ids."""
        if len(order_ids) > PAGE_LIMIT:
            raise ValueError(f"at most {PAGE_LIMIT} order ids per call")
        if not order_ids:
            # Ecwid ignores an empty list.
            return Page(total=0, offset=0, limit=PAGE_LIMIT, items=[])
        return self.page_of_ids("/orders", len(order_ids), ids=",".join(order_ids))

    def order(self, order_id: str) -> Entity:
        """Return one order; EcwidNotFoundError means that it was deleted."""
        return self.entity(f"/orders/{quote(order_id, safe='')}")

    def create_order(self, order: Mapping[str, Any]) -> CreatedOrder:
        """Create an order as given, without recalculation; return its number and id.

        The number is None when Ecwid's answer names only the older id: look the order up then.
        Never sent twice: after EcwidUnavailableError it may or may not exist, so search before
        trying again. Source: REST docs, "Create order"; `OrderCreateResult` of the official client.
        """
        record = Record("orders", self._create("/orders", order))
        try:
            number = record.code("orderid") or record.code("orderId")
            return CreatedOrder(number, record.integer("id"))
        except RecordError as error:
            raise self._unreadable("POST", "/orders", str(error)) from error

    def update_order(self, order_id: str, changes: Mapping[str, Any]) -> bool:
        """Change some fields of an order, such as its statuses; return False if Ecwid refused.

        An update that changes nothing is accepted, too.
        """
        return self._update(f"/orders/{quote(order_id, safe='')}", changes)

    def calculate_order(self, order: Mapping[str, Any]) -> Entity:
        """Return the totals, taxes and shipping options of an order before it is created.

        This POST changes nothing; like every POST it is sent only once.
        """
        return self._create("/order/calculate", order)

    def deleted_orders(self, *, since: datetime) -> Iterator[int]:
        """Yield the older numbers (``internalId``) in the deletion history from ``since`` on."""
        return self.deleted("/orders/deleted", since)
