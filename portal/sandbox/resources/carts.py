"""Abandoned carts: unfinished orders that have an id as a cart."""

from __future__ import annotations

import re
from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import (
    NotFoundError,
    check_types,
    is_boolean,
    is_object_list,
    is_string,
    require_object,
)

CART_ID = re.compile(r"[0-9A-F]{8}-0000-4000-8000-([0-9A-F]{12})", re.IGNORECASE)
# Fields of an order that a cart doesn't have.
ORDER_ONLY = frozenset(
    {
        "id",
        "internalId",
        "orderNumber",
        "vendorOrderNumber",
        "publicUid",
        "paymentStatus",
        "fulfillmentStatus",
    }
)


def cart_id(store_id: int, internal_id: int) -> str:
    """Return the id of the cart that belongs to an unfinished order."""
    # Source (documented): REST docs, "Get abandoned cart": a UUID in capitals.
    # Source (assumed): The id of a cart contains those of the store and of its order.
    return f"{store_id & 0xFFFFFFFF:08X}-0000-4000-8000-{internal_id:012X}"


def order_id_of(store_id: int, reference: str) -> int:
    """Return the internal order id in a cart's id; raise NotFoundError for other texts."""
    match = CART_ID.fullmatch(reference)
    internal_id = int(match[1], 16) if match else 0
    if cart_id(store_id, internal_id) != reference.upper():
        raise unknown_cart(reference)
    return internal_id


def unknown_cart(reference: str) -> NotFoundError:
    """Return the error for a cart that doesn't exist."""
    # Source (documented): older REST docs, "Update cart": 404 if the order isn't found.
    return NotFoundError("ORDER_NOT_FOUND", f"Cart {reference[:36]} not found")


def cart_body(store_id: int, order: Body) -> Body:
    """Return an unfinished order as the API sends its cart."""
    # Source (documented): REST docs, "Get abandoned cart".
    # Source (client): ecwid-java-api-client, FetchedCart: no order numbers and no statuses.
    cart = {name: value for name, value in order.items() if name not in ORDER_ONLY}
    return {"cartId": cart_id(store_id, order["internalId"]), **cart}


def cart_changes(given: Any) -> Body:
    """Return the fields of a cart that can be changed; raise WrongParameterError if invalid."""
    # Source (documented): REST docs, "Update abandoned cart": the fields.
    fields = require_object(given)
    check_types("Cart", fields, FIELD_TYPES)
    return {name: fields[name] for name in FIELD_TYPES if name in fields}


FIELD_TYPES = {
    "hidden": is_boolean,
    "taxesOnShipping": is_object_list,
    "b2b_b2c": lambda value: value in ("b2b", "b2c"),
    "customerRequestedInvoice": is_boolean,
    "customerFiscalCode": is_string,
    "electronicInvoicePecEmail": is_string,
    "electronicInvoiceSdiCode": is_string,
}
