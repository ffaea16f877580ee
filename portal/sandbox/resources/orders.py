"""Keep the orders of the sandbox's stores; placing one moves stock and knows its customer."""

from __future__ import annotations

import time
from typing import Any

from portal.sandbox.checks import MissingError, WrongParameterError
from portal.sandbox.events import EventLog
from portal.sandbox.kinds import ORDER, PRODUCT, Body
from portal.sandbox.records import Records
from portal.sandbox.resources.customers import Customers
from portal.sandbox.resources.order_body import merged_items, order_body, order_fields
from portal.sandbox.resources.products import Products
from portal.sandbox.state import State
from portal.sandbox.switches import Switches

# An order in one of these holds no stock.
WITHOUT_STOCK = frozenset({"CANCELED", "INCOMPLETE"})


class Orders:
    """Read and change orders; every change causes its webhook events."""

    def __init__(
        self,
        state: State,
        records: Records,
        events: EventLog,
        switches: Switches,
        products: Products,
        customers: Customers,
    ) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._switches = switches
        self._products = products
        self._customers = customers

    def get(self, store_id: int, reference: str) -> Body:
        """Return an order by its public number, or its internal id where that is accepted.

        Raises MissingError if there is none.
        """
        found = self._records.find(ORDER, store_id, "number", reference)
        takes_ids = self._switches.is_on("order_path_internal_id")
        if found is None and reference.isdecimal() and takes_ids:
            found = self._records.get(ORDER, store_id, int(reference))
        if found is None:
            raise MissingError("ORDER_NOT_FOUND", f"Order #{reference} not found")
        return found

    def create(self, store_id: int, given: Any) -> Body:
        """Add an order and return it.

        Amounts and coupon are kept as sent: nothing is calculated or checked. Raises
        WrongParameterError for a wrong field, MissingError for a customer that isn't there.
        """
        fields = order_fields(given, is_new=True, is_strict=self._switches.is_on("strict_orders"))
        now = int(time.time())
        with self._state.writing():
            if fields.get("customerId"):
                self._customers.get(store_id, fields["customerId"])
            internal_id = self._records.take_ids(store_id)
            fields["discountCoupon"] = _kept_coupon(fields.get("discountCoupon"))
            order = order_body(fields, internal_id=internal_id, created=now, updated=now)
            if order["discountCoupon"] is None:
                del order["discountCoupon"]
            if order["paymentStatus"] != "INCOMPLETE":
                self._know_customer(store_id, order)
            self._records.put(ORDER, store_id, [order])
            self._move_stock(store_id, {}, order)
            self._tell(store_id, "created", None, order)
        return order

    def update(self, store_id: int, reference: str, given: Any) -> bool:
        """Change fields of an order; False if they say nothing new.

        Raises MissingError if there is none, WrongParameterError for a wrong field.
        """
        fields = order_fields(given, is_new=False)
        with self._state.writing():
            before = self.get(store_id, reference)
            if "items" in fields:
                fields["items"] = merged_items(before["items"], fields["items"])
            if all(before.get(name) == value for name, value in fields.items()):
                return False
            after = order_body(
                {**before, **fields},
                internal_id=before["internalId"],
                created=before["createTimestamp"],
                updated=int(time.time()),
            )
            is_placed_now = before["paymentStatus"] == "INCOMPLETE" != after["paymentStatus"]
            if is_placed_now:
                self._know_customer(store_id, after)
            self._records.put(ORDER, store_id, [after])
            self._move_stock(store_id, before, after)
            self._tell(store_id, "created" if is_placed_now else "updated", before, after)
        return True

    def delete(self, store_id: int, reference: str) -> None:
        """Delete an order and note it in the history; raise MissingError if there is none."""
        with self._state.writing():
            order = self.get(store_id, reference)
            self._records.remove(ORDER, store_id, order["internalId"], order["id"])
            self._tell(store_id, "deleted", None, order)

    def _know_customer(self, store_id: int, order: Body) -> None:
        """Give the order to the customer of its e-mail address, a new one if need be."""
        if order["email"] or order.get("customerId"):
            order["customerId"] = self._customers.note_order(store_id, order)

    def _move_stock(self, store_id: int, before: Body, after: Body) -> None:
        wanted, held = _stock_held(after), _stock_held(before)
        for key in wanted.keys() | held.keys():
            delta = held.get(key, 0) - wanted.get(key, 0)
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

    def _tell(self, store_id: int, what: str, before: Body | None, order: Body) -> None:
        data = {"orderId": order["id"]}
        if order["paymentStatus"] == "INCOMPLETE":
            data["cartId"] = f"{order['id']}-cart"
            self._events.emit(store_id, f"unfinished_order.{what}", order["internalId"], data)
            return
        if what == "updated" and before is not None:
            data["oldPaymentStatus"] = before["paymentStatus"]
            data["oldFulfillmentStatus"] = before["fulfillmentStatus"]
        if what != "deleted":
            data["newPaymentStatus"] = order["paymentStatus"]
            data["newFulfillmentStatus"] = order["fulfillmentStatus"]
        self._events.emit(store_id, f"order.{what}", order["internalId"], data)


def _kept_coupon(coupon: Any) -> Body | None:
    """Return an order's coupon as the API keeps it: a snapshot without its catalogue limit."""
    if coupon is None:
        return None
    if not isinstance(coupon, dict):
        raise WrongParameterError("Field Order.discountCoupon has a wrong value")
    return {name: value for name, value in coupon.items() if name != "catalogLimit"}


def _stock_held(order: Body) -> dict[tuple[int, int | None], int]:
    """Return how many of each product or variation an order takes out of stock."""
    held: dict[tuple[int, int | None], int] = {}
    if not order or order["paymentStatus"] in WITHOUT_STOCK:
        return held
    for item in order["items"]:
        if item.get("productId"):
            key = (item["productId"], item.get("combinationId"))
            held[key] = held.get(key, 0) + item["quantity"]
    return held
