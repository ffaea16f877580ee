"""Staff accounts: validation of their fields, and acceptance of invites."""

from __future__ import annotations

from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.entities import Entities
from portal.sandbox.validation import check_types, require_object

FAMILY = "staff"
# Source (documented): REST docs, "Get staff account scopes".
STAFF_SCOPES = (
    "SALES_MANAGEMENT",
    "CATALOG_MANAGEMENT",
    "MARKETING_MANAGEMENT",
    "REPORT_ACCESS",
    "WEBSITE_MANAGEMENT",
    "SALES_CHANNELS_MANAGEMENT",
    "STORE_MANAGEMENT",
)


def staff_fields(given: Any) -> Body:
    """Return the writable fields of an account; raise WrongParameterError for a wrong value."""
    fields = require_object(given)
    check_types("Staff", fields, FIELD_TYPES)
    return {name: fields[name] for name in FIELD_TYPES if name in fields}


def accept_oldest_invite(entities: Entities, store_id: int) -> str | None:
    """Accept the oldest open invite of a store; return its e-mail address, or None."""
    for found in entities.all(store_id, FAMILY):
        if not found["inviteAccepted"]:
            name = found["email"].partition("@")[0]
            changed = {**found, "inviteAccepted": True, "name": name}
            entities.save(store_id, FAMILY, changed, found["email"])
            return str(found["email"])
    return None


FIELD_TYPES = {
    "email": lambda value: isinstance(value, str) and "@" in value,
    "staffScopes": lambda value: (
        isinstance(value, list) and all(scope in STAFF_SCOPES for scope in value)
    ),
}
