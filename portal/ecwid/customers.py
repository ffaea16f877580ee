"""Customers: API calls, and the conversion of Ecwid's records to database rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.ecwid.calls import Calls, Entity, Page, response_fields, seconds
from portal.ecwid.person_names import person_name
from portal.ecwid.values import Record, Row
from portal.errors import RecordError
from portal.rules.records.email_addresses import normalize_email


def customer_row(store_id: int, payload: Any, read_at: datetime) -> Row:
    """Convert one customer; raise RecordError for an invalid field.

    ``read_at`` is the time of the API read. It replaces a missing update time; the update time
    replaces a missing registration time.
    """
    record = Record("customers", payload)
    person = record.part("billingPerson")
    updated_at = record.moment("updated") or read_at
    email = record.email("email")
    return {
        "store": store_id,
        "remote_updated_at": updated_at,
        "synced_at": read_at,
        "deleted_at": None,
        "raw": payload,
        "remote_id": record.identity(),
        "email": normalize_email(email or "") or None,
        "email_as_given": email,
        "name": person_name(record, person),
        "phone": person.text("phone"),
        "country_code": person.code("countryCode"),
        "group_id": record.integer("customerGroupId"),
        "group_name": record.text("customerGroupName"),
        "order_count": record.count("totalOrderCount"),
        "sales_value": record.part("stats").money("salesValue"),
        "accepts_marketing": record.boolean("acceptMarketing", default=False),
        "remote_created_at": record.moment("registered") or updated_at,
    }


class CustomerCalls(Calls):
    """Calls that the scopes read_customers and create_customers allow."""

    def customers(
        self,
        *,
        sort_by: str | None = None,
        offset: int = 0,
        updated_from: datetime | None = None,
        updated_to: datetime | None = None,
        fields: Sequence[str] = (),
    ) -> Page:
        """Return one page of up to 100 customers, with all fields or only these."""
        return self.page(
            "/customers",
            sortBy=sort_by,
            offset=offset,
            updatedFrom=seconds(updated_from),
            updatedTo=seconds(updated_to),
            responseFields=response_fields(fields),
        )

    def customers_with_email(self, email: str) -> Page:
        """Return the customers with exactly this e-mail address: usually none or one."""
        return self.page("/customers", email=email, useExactEmailMatch="true")

    def customer(self, customer_id: int) -> Entity:
        """Return one customer; EcwidNotFoundError means that it was deleted."""
        return self.entity(f"/customers/{customer_id}")

    def create_customer(self, customer: Mapping[str, Any]) -> int:
        """Create a customer and return its id; raise EcwidConflictError if the address is taken."""
        try:
            return Record("customers", self._create("/customers", customer)).identity()
        except RecordError as error:
            raise self._unreadable("POST", "/customers", str(error)) from error

    def deleted_customers(self, *, since: datetime) -> Iterator[int]:
        """Yield the ids in the deletion history from ``since`` on."""
        return self.deleted("/customers/deleted", since)
