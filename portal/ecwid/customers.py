"""Turn Ecwid's customers into rows of the mirror."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.ecwid.values import CODE_LENGTH, Record

Row = dict[str, Any]


def customer_row(store_id: int, payload: Any, read_at: datetime) -> Row:
    """Return the row of one customer as read at ``read_at``; raise RecordError if impossible.

    A customer without an update time counts as updated when it was read, without a registration
    as registered at its update.
    """
    record = Record("customers", payload)
    person = record.part("billingPerson")
    updated_at = record.moment("updated") or read_at
    email = record.email("email")
    name = record.text("name") or person.text("name")
    return {
        "store": store_id,
        "remote_updated_at": updated_at,
        "synced_at": read_at,
        "deleted_at": None,
        "raw": payload,
        "remote_id": record.identity(),
        "email": email and email.lower(),
        "email_as_given": email,
        "name": name,
        "name_key": (name or "").casefold()[:CODE_LENGTH],
        "phone": person.text("phone"),
        "country_code": person.code("countryCode"),
        "group_id": record.integer("customerGroupId"),
        "group_name": record.text("customerGroupName"),
        "order_count": record.count("totalOrderCount"),
        "sales_value": record.part("stats").money("salesValue"),
        "accepts_marketing": record.boolean("acceptMarketing", default=False),
        "remote_created_at": record.moment("registered") or updated_at,
    }
