"""Find a store's customer by e-mail address, or create one."""

from __future__ import annotations

from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidConflictError
from portal.ecwid.order_body import person_body
from portal.ecwid.values import Record
from portal.models import Order
from portal.rules.orders.order_request import OrderRequest, Person
from portal.rules.orders.quotes import KnownCustomer
from portal.rules.records.email_addresses import normalize_email
from portal.services.orders.order_counts import count_orders


def find_customer(client: EcwidClient, email: str) -> KnownCustomer:
    """Return the customer with this address; raise EcwidError."""
    address = normalize_email(email)
    ordered = count_orders((Order.store == client.store_id) & (Order.email == address))
    for item in client.customers_with_email(email).items:
        record = Record("customers", item)
        if normalize_email(record.email("email") or "") == address:
            orders = record.count("totalOrderCount")
            reported = orders or record.part("stats").count("numberOfOrders") or 0
            return KnownCustomer(
                id=record.identity(),
                previous_orders=ordered.with_reported(reported),
                is_tax_exempt=record.boolean("taxExempt", default=False),
                tax_id=record.text("taxId") or None,
                group=record.text("customerGroupName") or None,
            )
    return KnownCustomer(previous_orders=ordered.counted)


def find_or_create_customer(client: EcwidClient, request: OrderRequest) -> int | None:
    """Return the customer's id, and create the customer if necessary; raise EcwidError.

    Return None if the store has the customer but its search doesn't return it yet. Ecwid then
    assigns the order to the customer by e-mail address.
    """
    email = request.email or ""
    found = find_customer(client, email)
    if found.id is not None:
        return found.id
    person = request.billing_person or request.shipping_person or Person()
    customer: dict[str, Any] = {
        "email": email,
        "name": person.name,
        "billingPerson": person_body(person),
        "taxId": request.customer_tax_id,
        "lang": request.language,
    }
    given = {name: value for name, value in customer.items() if value}
    try:
        # Ecwid takes a missing value for consent.
        return client.create_customer(given | {"acceptMarketing": request.accept_marketing is True})
    except EcwidConflictError:
        return find_customer(client, email).id
