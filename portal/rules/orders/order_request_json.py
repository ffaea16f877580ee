"""JSON form of order requests, read from a form, the API or a stored row, and written to the row.

Equal requests produce equal documents; a repeated request is recognized by that.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from portal.rules.orders.order_request import OrderRequest
from portal.validation import convert

# Field names in rows from before 0.1.0.
OLD_NAMES = {
    "accepted_drift": "price_tolerance",  # codespell:ignore drift
    "fulfilment_status": "fulfillment_status",  # codespell:ignore fulfilment
}


def read_order_request(document: Any) -> OrderRequest:
    """Return the request that a JSON document describes; raise InvalidFieldError."""
    return convert(document, OrderRequest)


def order_request_document(request: OrderRequest) -> dict[str, Any]:
    """Return the request as JSON without unset fields; amounts are texts."""
    document: dict[str, Any] = _plain(msgspec.to_builtins(request, builtin_types=(Decimal,)))
    return document


def read_stored_request(document: Mapping[str, Any]) -> OrderRequest:
    """Return the request of a stored row, including rows from before fields were renamed."""
    return read_order_request(upgraded_request(document))


def upgraded_request(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored document with the current field names."""
    return {OLD_NAMES.get(name, name): value for name, value in document.items()}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            amount = value.normalize()
            # "1E+2" is written as 100, but 1E-999999 keeps its exponent to avoid a million zeros.
            return str(amount) if "E-" in str(amount) else format(amount, "f")
        case Mapping():
            given = ((name, part) for name, part in value.items() if part not in (None, ""))
            return {name: _plain(part) for name, part in given}
        case list() | tuple():
            return [_plain(part) for part in value]
    return value
