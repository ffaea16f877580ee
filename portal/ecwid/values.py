"""Read typed values out of Ecwid's JSON; what is impossible raises RecordError with the field."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.errors import RecordError

DATE_FORMAT = "%Y-%m-%d %H:%M:%S %z"


class Record:
    """Wrap one JSON record and read its fields; a field that is missing or null reads as None."""

    def __init__(self, resource: str, payload: Any) -> None:
        if not isinstance(payload, dict):
            raise RecordError(resource, None, "record", "is no JSON object")
        self.resource = resource
        self.payload: dict[str, Any] = payload

    def identity(self, name: str = "id") -> int:
        """Return the record's id, which must be there."""
        value = self.whole(name)
        if value is None:
            raise self.error(name, "is missing")
        return value

    def whole(self, name: str) -> int | None:
        """Return a whole number that fits the database's 64 bits."""
        value = self.payload.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value.lstrip("-").isdecimal():
            value = int(value)
        if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
            raise self.error(name, "is no whole number")
        return value

    def count(self, name: str) -> int | None:
        """Return a whole number that fits 32 bits, such as a stock level."""
        value = self.whole(name)
        if value is not None and abs(value) >= 2**31:
            raise self.error(name, "is out of range")
        return value

    def money(self, name: str) -> Decimal | None:
        """Return an amount, exact, below 10¹²."""
        value = self.payload.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise self.error(name, "is no amount")
        try:
            amount = Decimal(value)
        except InvalidOperation:
            raise self.error(name, "is no amount") from None
        if not amount.is_finite() or abs(amount) >= 10**12:
            raise self.error(name, "is out of range")
        return amount

    def text(self, name: str) -> str | None:
        """Return a text without what a database refuses: NUL and halves of surrogate pairs."""
        value = self.payload.get(name)
        if value is None:
            return None
        if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
            raise self.error(name, "is no text")
        return str(value).replace("\x00", "").encode("utf-8", "replace").decode()

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes or no; ``default`` when the field is missing."""
        value = self.payload.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.error(name, "is neither true nor false")
        return value

    def items(self, name: str) -> list[Any]:
        """Return a list, empty when the field is missing."""
        value = self.payload.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(name, "is no list")
        return value

    def moment(self, date_name: str, seconds_name: str | None = None) -> datetime | None:
        """Return a time, from its Unix-seconds twin if there is one, else from the date text.

        Dates come as ``2024-05-01 05:26:28 +0000``; old samples show other offsets.
        """
        seconds = self.whole(seconds_name) if seconds_name else None
        try:
            if seconds is not None:
                return datetime.fromtimestamp(seconds, UTC)
            text = self.text(date_name)
            return datetime.strptime(text, DATE_FORMAT).astimezone(UTC) if text else None
        except (ValueError, OverflowError, OSError):
            raise self.error(date_name, "is no time") from None

    def error(self, name: str, problem: str) -> RecordError:
        """Return the error that names this record and the field ``name``."""
        entity_id = self.payload.get("id")
        return RecordError(
            self.resource, None if entity_id is None else str(entity_id), name, problem
        )
