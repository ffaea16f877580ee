"""Details of a customer: addresses, contacts, tax facts and order statistics.

Source of the fields: REST docs, "Search customers"; the official Kotlin client, FetchedCustomer.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.ecwid.record_details import DetailReader, Details, amount, flag, person_details
from portal.ecwid.values import Record

# Kinds of customers in the field b2b_b2c.
BUSINESS, CONSUMER = "b2b", "b2c"


def shipping_addresses(record: Record) -> list[Details]:
    """Return the addresses that the customer has stored, with their ids."""
    found = []
    for part in record.parts("shippingAddresses"):
        person = person_details(part)
        if person is not None:
            is_default = part.boolean("defaultAddress", default=False)
            found.append({"id": part.integer("id"), "is_default": is_default, **person})
    return found


def contacts(record: Record) -> list[Details]:
    """Return addresses, numbers and accounts under which the customer can be reached."""
    return [
        {
            "type": part.text("type"),
            "value": part.text("contact") or part.text("handle"),
            "note": part.text("note") or None,
            "is_default": part.boolean("default", default=False),
        }
        for part in record.parts("contacts")
    ]


def is_business(record: Record) -> bool | None:
    """Return whether the customer is a business; None if the store doesn't say it."""
    return {BUSINESS: True, CONSUMER: False}.get((record.text("b2b_b2c") or "").lower())


CUSTOMER_DETAILS: Mapping[str, DetailReader] = {
    "company": lambda customer: customer.part("billingPerson").text("companyName") or None,
    "billing_person": lambda customer: person_details(customer.part("billingPerson")),
    "shipping_addresses": shipping_addresses,
    "contacts": contacts,
    "tax_id": lambda customer: customer.text("taxId") or None,
    "is_tax_id_valid": lambda customer: flag(customer, "taxIdValid"),
    "is_tax_exempt": lambda customer: customer.boolean("taxExempt", default=False),
    "is_business": is_business,
    "language": lambda customer: customer.text("lang") or None,
    "average_order_value": lambda customer: amount(customer.part("stats"), "averageOrderValue"),
    "first_order_at": lambda customer: customer.part("stats").moment("firstOrderDate"),
    "last_order_at": lambda customer: customer.part("stats").moment("lastOrderDate"),
    "private_notes": lambda customer: customer.text("privateAdminNotes") or None,
}
