"""Changes to an order, and conflicts with changes that the store made since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from portal.errors.orders import OrderUpdateError
from portal.rules.orders.line_ends import with_line_feeds
from portal.rules.orders.order_statuses import FULFILLMENT_STATUSES, PAYMENT_STATUSES

ECWID_NAMES = {
    "payment_status": "paymentStatus",
    "fulfillment_status": "fulfillmentStatus",
    "tracking_number": "trackingNumber",
    "private_notes": "privateAdminNotes",
}
_ALLOWED = {"payment_status": PAYMENT_STATUSES, "fulfillment_status": FULFILLMENT_STATUSES}
_LENGTHS = {"tracking_number": 255, "private_notes": 2_000}


@dataclass(frozen=True)
class OrderChanges:
    """New values; None leaves a field unchanged, an empty text clears it."""

    payment_status: str | None = None
    fulfillment_status: str | None = None
    tracking_number: str | None = None
    private_notes: str | None = None

    def document(self) -> dict[str, str]:
        """Return the fields that are set, by name."""
        reported = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in reported if value is not None}


def parse_order_changes(document: Any) -> OrderChanges:
    """Return the changes in a JSON object; raise OrderUpdateError with the field's name."""
    if not isinstance(document, Mapping):
        raise OrderUpdateError("", "must be an object")
    for name, value in document.items():
        if name not in ECWID_NAMES:
            raise OrderUpdateError(str(name), f"is not known: {', '.join(ECWID_NAMES)}")
        if value is not None:
            _check(str(name), value)
    changes = OrderChanges(**document)
    if not changes.document():
        raise OrderUpdateError("", f"must set one of {', '.join(ECWID_NAMES)}")
    return changes


def to_ecwid_fields(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the changes with Ecwid's field names."""
    return {ECWID_NAMES[name]: value for name, value in changes.items()}


def remote_values(names: Mapping[str, Any], order: Mapping[str, Any]) -> dict[str, str]:
    """Return an Ecwid order's values of these fields; a missing value is an empty text."""
    return {name: str(order.get(ECWID_NAMES[name]) or "") for name in names}


def statuses_of(values: Mapping[str, str]) -> dict[str, str]:
    """Return the statuses among an order's values, without texts that a person wrote."""
    return {name: value for name, value in values.items() if name in _ALLOWED}


def is_applied(changes: Mapping[str, str], remote: Mapping[str, str]) -> bool:
    """Return whether the store already has all the new values."""
    return all(is_same_text(remote[name], value) for name, value in changes.items())


def conflicting_fields(
    changes: Mapping[str, str], expected: Mapping[str, str], remote: Mapping[str, str]
) -> list[str]:
    """Return the fields whose value at the store is neither the expected nor the new one."""
    return [
        name
        for name, value in changes.items()
        if not is_same_text(remote[name], value)
        and not is_same_text(remote[name], expected.get(name, ""))
    ]


def is_same_text(one: str, other: str) -> bool:
    """Return whether two texts are equal except for their line ends."""
    return with_line_feeds(one) == with_line_feeds(other)


def _check(name: str, value: Any) -> None:
    if name in _ALLOWED:
        if value not in _ALLOWED[name]:
            raise OrderUpdateError(name, f"must be one of {', '.join(_ALLOWED[name])}")
    elif not isinstance(value, str) or len(value) > _LENGTHS[name] or "\x00" in value:
        raise OrderUpdateError(name, f"must be a text of at most {_LENGTHS[name]} characters")
