"""Keep the customers of the sandbox's stores; an e-mail address is in a store only once."""

from __future__ import annotations

import time
from typing import Any

from portal.sandbox.checks import (
    ConflictError,
    FeatureOffError,
    MissingError,
    WrongParameterError,
    check_kinds,
    is_flag,
    is_text,
    is_whole,
    json_object,
)
from portal.sandbox.dates import date_text
from portal.sandbox.events import EventLog
from portal.sandbox.kinds import CUSTOMER, Body
from portal.sandbox.records import Records
from portal.sandbox.state import State
from portal.sandbox.stores import Stores

READ_ONLY = frozenset({"id", "registered", "updated", "totalOrderCount", "stats", "password"})


class Customers:
    """Read and change customers; every change causes its webhook event."""

    def __init__(self, state: State, records: Records, events: EventLog, stores: Stores) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._stores = stores

    def get(self, store_id: int, customer_id: int) -> Body:
        """Return a customer; raise MissingError if there is none of this id."""
        found = self._records.get(CUSTOMER, store_id, customer_id)
        if found is None:
            raise MissingError("CUSTOMER_NOT_FOUND", f"Customer #{customer_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a customer and return the id.

        Raises ConflictError if the e-mail address is taken, WrongParameterError for a wrong field.
        """
        fields = _customer_fields(given, is_new=True)
        with self._state.writing():
            self._check(store_id, fields, None)
            customer_id = self._records.take_ids(store_id)
            customer = customer_body(fields, customer_id, int(time.time()))
            self._save(store_id, "created", customer)
        return customer_id

    def update(self, store_id: int, customer_id: int, given: Any) -> None:
        """Change a customer; raise MissingError, ConflictError or WrongParameterError."""
        fields = _customer_fields(given, is_new=False)
        with self._state.writing():
            customer = self.get(store_id, customer_id)
            self._check(store_id, fields, customer_id)
            self._save(store_id, "updated", {**customer, **fields})

    def delete(self, store_id: int, customer_id: int) -> None:
        """Delete a customer and note it in the history; raise MissingError if there is none."""
        with self._state.writing():
            customer = self.get(store_id, customer_id)
            self._records.remove(CUSTOMER, store_id, customer_id)
            self._tell(store_id, "deleted", customer)

    def note_order(self, store_id: int, order: Body) -> int:
        """Count an order for its customer, a new one if need be; return the customer's id."""
        known = (
            self._records.get(CUSTOMER, store_id, order["customerId"])
            if order.get("customerId")
            else self._records.find(CUSTOMER, store_id, "email", order["email"].lower())
        )
        person = order.get("billingPerson") or order.get("shippingPerson") or {}
        customer = known or customer_body(
            {"email": order["email"], "name": person.get("name", ""), "billingPerson": person},
            self._records.take_ids(store_id),
            int(time.time()),
        )
        add_order(customer, order["total"], order["createDate"])
        self._save(store_id, "updated" if known else "created", customer)
        return int(customer["id"])

    def _save(self, store_id: int, what: str, customer: Body) -> None:
        self._records.put(
            CUSTOMER, store_id, [{**customer, "updated": date_text(int(time.time()))}]
        )
        self._tell(store_id, what, customer)

    def _tell(self, store_id: int, what: str, customer: Body) -> None:
        data = {"customerEmail": customer["email"]}
        self._events.emit(store_id, f"customer.{what}", customer["id"], data)

    def _check(self, store_id: int, fields: Body, customer_id: int | None) -> None:
        if "email" in fields:
            other = self._records.find(CUSTOMER, store_id, "email", fields["email"].lower())
            if other is not None and other["id"] != customer_id:
                raise ConflictError("", "The e-mail address is another customer's")
        if fields.get("customerGroupId"):
            features = self._stores.features(self._stores.existing(store_id))
            if "CUSTOMER_GROUPS" not in features:
                raise FeatureOffError(
                    403, "CUSTOMER_GROUPS_FEATURE_NOT_AVAILABLE", "Groups need a higher plan"
                )


def customer_body(fields: Body, customer_id: int, registered: int) -> Body:
    """Return the full customer as ``GET /customers/{id}`` shows it."""
    return {
        "name": "",
        "customerGroupId": 0,
        "customerGroupName": "General",
        "billingPerson": {},
        "shippingAddresses": [],
        "contacts": [
            {"id": customer_id * 10, "contact": fields["email"], "type": "EMAIL", "default": True}
        ],
        "taxExempt": False,
        "taxId": "",
        "taxIdValid": True,
        "b2b_b2c": "b2c",
        "acceptMarketing": False,
        "lang": "en",
        "privateAdminNotes": "",
        "favorites": [],
        **fields,
        "id": customer_id,
        "registered": date_text(registered),
        "updated": date_text(registered),
        "totalOrderCount": 0,
        "stats": {"numberOfOrders": 0, "salesValue": 0, "averageOrderValue": 0},
    }


def add_order(customer: Body, total: float, date: str) -> None:
    """Count one more order in a customer's statistics."""
    stats = customer["stats"]
    count = stats["numberOfOrders"] + 1
    sales = round(stats["salesValue"] + total, 2)
    customer["totalOrderCount"] = count
    customer["stats"] = {
        "firstOrderDate": date,
        **stats,
        "numberOfOrders": count,
        "salesValue": sales,
        "averageOrderValue": round(sales / count, 2),
        "lastOrderDate": date,
    }


def _customer_fields(given: Any, *, is_new: bool) -> Body:
    fields = json_object(given)
    if is_new and "email" not in fields:
        raise WrongParameterError("Field Customer.email is absent")
    check_kinds("Customer", fields, CUSTOMER_KINDS)
    return {name: value for name, value in fields.items() if name not in READ_ONLY}


CUSTOMER_KINDS = {
    "email": lambda value: is_text(value) and "@" in value,
    "name": lambda value: isinstance(value, str),
    "customerGroupId": is_whole,
    "billingPerson": lambda value: isinstance(value, dict),
    "shippingAddresses": lambda value: isinstance(value, list),
    "contacts": lambda value: isinstance(value, list),
    "taxExempt": is_flag,
    "acceptMarketing": is_flag,
}
