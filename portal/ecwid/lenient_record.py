"""Access to a record whose unreadable fields count as missing, for pages that always show it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from portal.ecwid.values import Record
from portal.errors import RecordError

Value = TypeVar("Value")


class LenientRecord(Record):
    """Record that never raises RecordError."""

    __slots__ = ()

    def __init__(self, resource: str, payload: Any) -> None:
        super().__init__(resource, payload if isinstance(payload, dict) else {})

    def integer(self, name: str) -> int | None:
        """Return a whole number of 64 bits; None for another value."""
        return _readable(super().integer, name)

    def count(self, name: str) -> int | None:
        """Return a whole number that fits 32 bits; None for another value."""
        return _readable(super().count, name)

    def money(self, name: str) -> Decimal | None:
        """Return an exact amount; None for another value."""
        return None if self.payload.get(name) is None else _readable(super().money, name)

    def text(self, name: str) -> str | None:
        """Return a text; None for another value."""
        value = self.payload.get(name)
        # Fast path: an order has about a hundred texts, and nearly all are ASCII or missing.
        if value is None or (type(value) is str and value.isascii() and "\x00" not in value):
            return value
        return _readable(super().text, name)

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return a boolean; ``default`` for another value."""
        value = self.payload.get(name)
        return value if isinstance(value, bool) else default

    def items(self, name: str) -> list[Any]:
        """Return a list, empty for another value."""
        return _readable(super().items, name) or []

    def moment(self, date_name: str, seconds_name: str | None = None) -> datetime | None:
        """Return a time; None for another value."""
        return _readable(super().moment, date_name, seconds_name)

    def _part(self, _name: str, value: Any) -> LenientRecord:
        return LenientRecord(self.resource, value)


def _readable(read: Callable[..., Value], *names: str | None) -> Value | None:
    try:
        return read(*names)
    except RecordError:
        return None
