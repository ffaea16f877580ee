"""Orders. Placing an order updates the stock and the customer."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from portal.sandbox.events import EventPublisher
from portal.sandbox.ids import with_ids
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import ORDER, PRODUCT, Body
from portal.sandbox.resources.carts import cart_id
from portal.sandbox.resources.coupons import Coupons
from portal.sandbox.resources.customers import Customers
from portal.sandbox.resources.extra_fields import with_extra_fields
from portal.sandbox.resources.order_body import creation_time, merge_items, order_body
from portal.sandbox.resources.order_fields import order_fields
from portal.sandbox.resources.products import Products
from portal.sandbox.state import State
from portal.sandbox.switches import Switches
from portal.sandbox.validation import NotFoundError, WrongParameterError

# Source (assumed): Orders reserve the stock of their items unless they are CANCELLED or INCOMPLETE.
WITHOUT_RESERVATION = frozenset({"CANCELLED", "INCOMPLETE"})


class Orders:
    """Reads and changes orders. Every change emits its webhook events."""

    def __init__(
        self,
        state: State,
        records: Records,
        events: EventPublisher,
        switches: Switches,
        products: Products,
        customers: Customers,
        *,
        coupons: Coupons,
    ) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._switches = switches
        self._products = products
        self._customers = customers
        self._coupons = coupons

    def get(self, store_id: int, reference: str) -> Body:
        """Return an order by its public number or, if the switch allows, by its internal id.

        Raises NotFoundError if the order doesn't exist.
        """
        # Source (documented): REST docs, "Get order": the public number.
        # Source (client): ecwid-java-api-client, OrderDetailsRequest: the internal id.
        found = self._records.find(ORDER, store_id, "number", reference)
        takes_ids = self._switches.is_on("order_path_internal_id")
        if found is None and reference.isdecimal() and takes_ids:
            found = self._records.get(ORDER, store_id, int(reference))
        if found is None:
            raise NotFoundError("ORDER_NOT_FOUND", f"Order #{reference} not found")
        return found

    def create(self, store_id: int, given: Any) -> Body:
        """Add an order and return it.

        Amounts and coupon are stored as sent, without calculation or checks. Raises
        WrongParameterError for an invalid field, NotFoundError for an unknown customer.
        """
        # Source (documented): REST docs, "Create order": 404 for an unknown customer.
        fields = with_extra_fields(
            order_fields(given, is_new=True, is_strict=self._switches.is_on("strict_orders"))
        )
        now = int(time.time())
        with self._state.transaction():
            if fields.get("customerId"):
                self._customers.get(store_id, fields["customerId"])
            internal_id = self._records.allocate_ids(store_id)
            fields["items"] = self._numbered(store_id, merge_items([], fields.get("items", [])))
            fields["discountCoupon"] = _coupon_snapshot(fields.get("discountCoupon"))
            created = creation_time(fields, now)
            order = order_body(fields, internal_id=internal_id, created=created, updated=now)
            if order["discountCoupon"] is None:
                del order["discountCoupon"]
            if order["paymentStatus"] != "INCOMPLETE":
                self._assign_customer(store_id, order)
            self._records.put(ORDER, store_id, [order])
            self._update_stock(store_id, {}, order)
            self._emit(store_id, "created", None, order)
        return order

    def update(self, store_id: int, reference: str, given: Any) -> bool:
        """Change fields of an order; return False if their values are the same as before.

        Raises NotFoundError if the order doesn't exist, WrongParameterError for an invalid field.
        """
        fields = with_extra_fields(order_fields(given, is_new=False))
        with self._state.transaction():
            before = self.get(store_id, reference)
            # Source (assumed): The items of an update replace the order's items, matched by id.
            if "items" in fields:
                merged = merge_items(before["items"], fields["items"])
                fields["items"] = self._numbered(store_id, merged)
            # Source (assumed): An update that changes nothing emits no event.
            if all(before.get(name) == value for name, value in fields.items()):
                return False
            after = order_body(
                {**before, **fields},
                internal_id=before["internalId"],
                created=creation_time(fields, before["createTimestamp"]),
                updated=int(time.time()),
            )
            is_placed_now = before["paymentStatus"] == "INCOMPLETE" != after["paymentStatus"]
            if is_placed_now:
                self._assign_customer(store_id, after)
            self._records.put(ORDER, store_id, [after])
            self._update_stock(store_id, before, after)
            is_counted = after["paymentStatus"] not in WITHOUT_RESERVATION
            self._coupons.follow_order(store_id, after["internalId"], is_counted=is_counted)
            self._emit(store_id, "created" if is_placed_now else "updated", before, after)
        return True

    def delete(self, store_id: int, reference: str) -> None:
        """Delete an order; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            order = self.get(store_id, reference)
            self._records.remove(ORDER, store_id, order["internalId"], order["id"])
            self._coupons.follow_order(store_id, order["internalId"], is_counted=False)
            self._emit(store_id, "deleted", None, order)

    def _numbered(self, store_id: int, items: list[Body]) -> list[Body]:
        return with_ids(items, partial(self._records.allocate_ids, store_id))

    def _assign_customer(self, store_id: int, order: Body) -> None:
        """Assign the order to the customer with its e-mail address, creating one if needed."""
        if order["email"] or order.get("customerId"):
            order["customerId"] = self._customers.record_order(store_id, order)

    def _update_stock(self, store_id: int, before: Body, after: Body) -> None:
        new, old = _reserved_stock(after), _reserved_stock(before)
        for key in new.keys() | old.keys():
            delta = old.get(key, 0) - new.get(key, 0)
            product_id, combination_id = key
            product = self._records.get(PRODUCT, store_id, product_id)
            if not delta or product is None:
                continue
            if combination_id is not None:
                known = {c["id"]: c for c in product["combinations"]}
                if combination_id not in known or known[combination_id].get("unlimited"):
                    continue
            elif product["unlimited"]:
                continue
            self._products.change_stock(store_id, product_id, delta, combination_id)

    def _emit(self, store_id: int, change: str, before: Body | None, order: Body) -> None:
        data = {"orderId": order["id"]}
        if order["paymentStatus"] == "INCOMPLETE":
            data["cartId"] = cart_id(store_id, order["internalId"])
            self._events.emit(store_id, f"unfinished_order.{change}", order["internalId"], data)
            return
        if change == "updated" and before is not None:
            data["oldPaymentStatus"] = before["paymentStatus"]
            data["oldFulfillmentStatus"] = before["fulfillmentStatus"]
        if change != "deleted":
            data["newPaymentStatus"] = order["paymentStatus"]
            data["newFulfillmentStatus"] = order["fulfillmentStatus"]
        self._events.emit(store_id, f"order.{change}", order["internalId"], data)


def _coupon_snapshot(coupon: Any) -> Body | None:
    """Return the coupon as the API stores it in an order: without its catalog limit."""
    # Source (client): ecwid-java-api-client, UpdatedOrder: the catalogLimit isn't kept.
    if coupon is None:
        return None
    if not isinstance(coupon, dict):
        raise WrongParameterError("Field Order.discountCoupon has a wrong value")
    return {name: value for name, value in coupon.items() if name != "catalogLimit"}


def _reserved_stock(order: Body) -> dict[tuple[int, int | None], int]:
    """Return the reserved quantity of each product and variation of an order."""
    reserved: dict[tuple[int, int | None], int] = {}
    if not order or order["paymentStatus"] in WITHOUT_RESERVATION:
        return reserved
    for item in order["items"]:
        if item.get("productId"):
            key = (item["productId"], item.get("combinationId"))
            reserved[key] = reserved.get(key, 0) + item["quantity"]
    return reserved
