"""Customers of the mirror whose data fill in the order form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from portal.ecwid.customer_details import shipping_addresses
from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.record_details import person_details
from portal.models import Customer, Store
from portal.services.records.search_customers import find_customer, search_customers

MATCHES_SHOWN = 8


def customers_to_pick(store: Store, search: str) -> Sequence[Customer]:
    """Return the first customers with the words of ``search`` in name, email address or phone."""
    return list(islice(search_customers(store, search=search).rows, MATCHES_SHOWN))


def address_to_fill_in(store: Store, customer_id: int) -> Mapping[str, str] | None:
    """Return email and address of a customer by the names of the form; None if there is none.

    The address is the default one, else the first, else the billing address.
    """
    customer = find_customer(store, customer_id)
    if customer is None or customer.deleted_at is not None:
        return None
    record = LenientRecord("customers", customer.raw)
    stored: list[dict[str, Any]] = shipping_addresses(record)
    defaults = [each for each in stored if each["is_default"]]
    billing = person_details(record.part("billingPerson"))
    found = next(iter([*defaults, *stored, *([billing] if billing else [])]), {})
    texts = {name: value for name, value in found.items() if isinstance(value, str)}
    own = {
        "name": customer.name or "",
        "phone": customer.phone or "",
        "customer_tax_id": record.text("taxId") or "",
    }
    given = {"email": customer.email_as_given or customer.email or ""}
    return own | texts | given
