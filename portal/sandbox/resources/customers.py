"""Customers. An e-mail address belongs to at most one customer of a store."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from portal.sandbox.dates import format_date
from portal.sandbox.events import EventPublisher
from portal.sandbox.ids import with_ids
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import CUSTOMER, Body
from portal.sandbox.resources.customer_groups import GENERAL, CustomerGroups
from portal.sandbox.state import State
from portal.sandbox.validation import (
    ConflictError,
    NotFoundError,
    WrongParameterError,
    check_types,
    is_boolean,
    is_id,
    is_object,
    is_object_list,
    is_string,
    is_text,
    require_object,
)

# A new customer takes an id for itself and one for its contact.
IDS_PER_CUSTOMER = 2
READ_ONLY = frozenset({"id", "registered", "updated", "totalOrderCount", "stats", "password"})


class Customers:
    """Reads and changes customers. Every change emits its webhook event."""

    def __init__(
        self, state: State, records: Records, events: EventPublisher, groups: CustomerGroups
    ) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._groups = groups

    def get(self, store_id: int, customer_id: int) -> Body:
        """Return a customer; raise NotFoundError if it doesn't exist."""
        found = self._records.get(CUSTOMER, store_id, customer_id)
        if found is None:
            raise NotFoundError("CUSTOMER_NOT_FOUND", f"Customer #{customer_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a customer and return its id.

        Raises ConflictError if the e-mail address is taken, WrongParameterError for an invalid
        field.
        """
        fields = _customer_fields(given, is_new=True)
        with self._state.transaction():
            self._check(store_id, fields, None)
            customer_id = self._records.allocate_ids(store_id, IDS_PER_CUSTOMER)
            customer = customer_body(fields, customer_id, int(time.time()))
            self._save(store_id, "created", customer)
        return customer_id

    def update(self, store_id: int, customer_id: int, given: Any) -> None:
        """Change a customer; raise NotFoundError, ConflictError or WrongParameterError."""
        fields = _customer_fields(given, is_new=False)
        with self._state.transaction():
            customer = self.get(store_id, customer_id)
            self._check(store_id, fields, customer_id)
            self._save(store_id, "updated", {**customer, **fields})

    def delete(self, store_id: int, customer_id: int) -> None:
        """Delete a customer; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            customer = self.get(store_id, customer_id)
            self._records.remove(CUSTOMER, store_id, customer_id)
            self._emit(store_id, "deleted", customer)

    def record_order(self, store_id: int, order: Body) -> int:
        """Add an order to its customer's statistics and return the customer's id.

        An unknown e-mail address creates a customer.
        """
        # Source (assumed): An order updates the customer with its e-mail address or creates one.
        known = (
            self._records.get(CUSTOMER, store_id, order["customerId"])
            if order.get("customerId")
            else self._records.find(CUSTOMER, store_id, "email", order["email"].lower())
        )
        person = order.get("billingPerson") or order.get("shippingPerson") or {}
        customer = known or customer_body(
            {"email": order["email"], "name": _full_name(person), "billingPerson": person},
            self._records.allocate_ids(store_id, IDS_PER_CUSTOMER),
            int(time.time()),
        )
        add_order(customer, order["total"], order["createDate"])
        self._save(store_id, "updated" if known else "created", customer)
        return int(customer["id"])

    def _save(self, store_id: int, change: str, customer: Body) -> None:
        numbered = {
            name: with_ids(customer[name], partial(self._records.allocate_ids, store_id))
            for name in ("contacts", "shippingAddresses")
        }
        updated = format_date(int(time.time()))
        self._records.put(CUSTOMER, store_id, [{**customer, **numbered, "updated": updated}])
        self._emit(store_id, change, customer)

    def _emit(self, store_id: int, change: str, customer: Body) -> None:
        data = {"customerEmail": customer["email"]}
        self._events.emit(store_id, f"customer.{change}", customer["id"], data)

    def _check(self, store_id: int, fields: Body, customer_id: int | None) -> None:
        # Source (documented): REST docs, POST /customers: 409 if the e-mail address is taken.
        if "email" in fields:
            other = self._records.find(CUSTOMER, store_id, "email", fields["email"].lower())
            if other is not None and other["id"] != customer_id:
                raise ConflictError("", "The e-mail address is another customer's")
        if "customerGroupId" in fields:
            group_id = fields["customerGroupId"]
            # Source (assumed): A customer with an unknown group is refused as a wrong parameter.
            try:
                fields["customerGroupName"] = self._group_name(store_id, group_id)
            except NotFoundError as error:
                raise WrongParameterError(str(error)) from error

    def _group_name(self, store_id: int, group_id: int) -> str:
        return str(self._groups.get(store_id, group_id)["name"]) if group_id else GENERAL["name"]


def customer_body(fields: Body, customer_id: int, registered: int) -> Body:
    """Return the complete JSON of a new customer, as ``GET /customers/{id}`` sends it.

    The id after ``customer_id`` is the one of the customer's contact.
    """
    # Source (documented): REST docs, "Search customers": the fields.
    return {
        "name": "",
        "customerGroupId": 0,
        "customerGroupName": GENERAL["name"],
        "billingPerson": {},
        "shippingAddresses": [],
        "contacts": [
            {
                "id": customer_id + 1,
                "contact": fields["email"],
                "type": "EMAIL",
                "default": True,
                "orderBy": 0,
                "timestamp": format_date(registered),
            }
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
        "registered": format_date(registered),
        "updated": format_date(registered),
        "totalOrderCount": 0,
        "stats": {"numberOfOrders": 0, "salesValue": 0, "averageOrderValue": 0},
    }


def add_order(customer: Body, total: float, date: str) -> None:
    """Add an order to a customer's statistics."""
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


def _full_name(person: Body) -> str:
    """Return the name of a person who may have a first and a last name only."""
    # Source (documented): REST docs, "Search customers": a record has all three fields.
    parts = (person.get("firstName") or "", person.get("lastName") or "")
    return str(person.get("name") or " ".join(filter(None, parts)))


def _customer_fields(given: Any, *, is_new: bool) -> Body:
    fields = require_object(given)
    # Source (documented): REST docs, POST /customers: email is required.
    if is_new and "email" not in fields:
        raise WrongParameterError("Field Customer.email is absent")
    check_types("Customer", fields, CUSTOMER_FIELD_TYPES)
    return {name: value for name, value in fields.items() if name not in READ_ONLY}


CUSTOMER_FIELD_TYPES = {
    "email": lambda value: is_text(value) and "@" in value,
    "name": is_string,
    "customerGroupId": is_id,
    "billingPerson": is_object,
    "shippingAddresses": is_object_list,
    "contacts": is_object_list,
    "taxExempt": is_boolean,
    "acceptMarketing": is_boolean,
}
