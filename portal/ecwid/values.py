"""Read typed values out of Ecwid's JSON; what is impossible raises RecordError with the field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.errors import RecordError

INTEGER_LIMIT = 2**63
COUNT_LIMIT = 2**31
MONEY_LIMIT = 10**12
CODE_LENGTH = 255
# The year 10000 begins: no datetime goes so far.
LAST_SECOND = 253_402_300_800
# Longer than any address by RFC 5321; and no index of PostgreSQL takes over 2,704 bytes.
EMAIL_LENGTH = 512

# As ``2024-05-01 05:26:28 +0000``. strptime would read it, too, twenty times slower.
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{4})")
_INTEGER = re.compile(r"-?[0-9]{1,19}")


class Record:
    """Wrap one JSON record and read its fields; a field that is missing or null reads as None.

    Errors name the record by the first of ``id_names`` that it tells.
    """

    # One is made for each record of a page, and for each part of it.
    __slots__ = ("_id_names", "_prefix", "_root", "payload", "resource")

    def __init__(self, resource: str, payload: Any, id_names: Sequence[str] = ("id",)) -> None:
        if not isinstance(payload, dict):
            raise RecordError(resource, None, "record", "is no JSON object")
        self.resource = resource
        self.payload: dict[str, Any] = payload
        self._id_names = id_names
        self._root = self
        self._prefix = ""

    def identity(self, name: str = "id") -> int:
        """Return the record's id, which must be there."""
        value = self.integer(name)
        if value is None:
            raise self.error(name, "is missing")
        return value

    def integer(self, name: str) -> int | None:
        """Return a whole number that fits the database's 64 bits."""
        value = self.payload.get(name)
        if value is None:
            return None
        if type(value) is int and -INTEGER_LIMIT < value < INTEGER_LIMIT:
            return value
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        # The range comes first: the int of 1E+999999999 would fill the memory.
        if isinstance(value, Decimal) and _is_within(value, INTEGER_LIMIT) and value == int(value):
            value = int(value)
        if (
            not isinstance(value, int)
            or isinstance(value, bool)
            or not _is_within(value, INTEGER_LIMIT)
        ):
            raise self.error(name, "is no whole number")
        return value

    def count(self, name: str) -> int | None:
        """Return a whole number that fits 32 bits, such as a stock level."""
        value = self.integer(name)
        if value is not None and not _is_within(value, COUNT_LIMIT):
            raise self.error(name, "is out of range")
        return value

    def money(self, name: str) -> Decimal | None:
        """Return an amount, exact, below 10¹²."""
        value = self.payload.get(name)
        if value is None:
            return None
        amount = value if type(value) is Decimal else self._amount(name, value)
        if not _is_within(amount, MONEY_LIMIT):
            raise self.error(name, "is out of range")
        return amount

    def _amount(self, name: str, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise self.error(name, "is no amount")
        try:
            return Decimal(value)
        except InvalidOperation:
            raise self.error(name, "is no amount") from None

    def text(self, name: str) -> str | None:
        """Return a text without what a database refuses: NUL and halves of surrogate pairs."""
        value = self.payload.get(name)
        # First, for so are nearly all: a page asks a thousand times.
        if value is None or (type(value) is str and value.isascii() and "\x00" not in value):
            return value
        if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
            raise self.error(name, "is no text")
        return _strip_unstorable(str(value))

    def code(self, name: str) -> str | None:
        """Return a text of at most 255 characters, such as a SKU."""
        value = self.text(name)
        if value is not None and len(value) > CODE_LENGTH:
            raise self.error(name, "is too long")
        return value

    def email(self, name: str) -> str | None:
        """Return an e-mail address as it was given, None for an empty one; at most 512 characters.

        Whether it could be delivered to is not asked: stores hold what people typed.
        """
        value = self.text(name)
        if value is not None and len(value) > EMAIL_LENGTH:
            raise self.error(name, "is too long")
        return value or None

    def boolean(self, name: str, *, default: bool) -> bool:
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

    def part(self, name: str) -> Record:
        """Return the object in a field, to be read likewise; an empty one when it is missing.

        Its errors name this record, and the field as ``billingPerson.phone``.
        """
        value = self.payload.get(name)
        return self._part(name, {} if value is None else value)

    def parts(self, name: str) -> list[Record]:
        """Return the objects in a list, to be read likewise; none when the list is missing.

        Their errors name this record, and the field as ``items[0].price``.
        """
        values = enumerate(self.items(name))
        return [self._part(f"{name}[{position}]", value) for position, value in values]

    def _part(self, name: str, value: Any) -> Record:
        if not isinstance(value, dict):
            raise self.error(name, "is no object")
        part = Record(self.resource, value)
        part._root, part._prefix = self._root, f"{self._prefix}{name}."
        return part

    def moment(self, date_name: str, seconds_name: str | None = None) -> datetime | None:
        """Return a time, from its Unix-seconds twin if there is one, else from the date text.

        Dates come as ``2024-05-01 05:26:28 +0000``; old samples show other offsets.
        """
        seconds = self.integer(seconds_name) if seconds_name else None
        text = self.text(date_name) if seconds is None else None
        try:
            if seconds is not None:
                return datetime.fromtimestamp(seconds, UTC)
            return _date(text) if text else None
        except (ValueError, OverflowError, OSError):
            name = date_name if seconds is None else str(seconds_name)
            raise self.error(name, "is no time") from None

    def second(self, date_name: str, seconds_name: str | None = None) -> int | None:
        """Return the same in whole Unix seconds."""
        twin = self.payload.get(seconds_name) if seconds_name else None
        # First, for so are nearly all, and a page of a list asks for each of its records.
        if type(twin) is int and 0 <= twin < LAST_SECOND:
            return twin
        at = self.moment(date_name, seconds_name)
        return None if at is None else int(at.timestamp())

    def raw_id(self) -> Any:
        """Return what the record says is its id, whatever that is; None if it says nothing."""
        raw = (self.payload.get(name) for name in self._id_names)
        return next((value for value in raw if value not in (None, "")), None)

    def error(self, name: str, problem: str) -> RecordError:
        """Return the error that names this record and the field ``name``."""
        entity_id = self._root.raw_id()
        shown = None if entity_id is None else _strip_unstorable(str(entity_id))[:CODE_LENGTH]
        return RecordError(self.resource, shown, f"{self._prefix}{name}", problem)


def _date(text: str) -> datetime:
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    return datetime.fromisoformat("".join(parts.groups())).astimezone(UTC)


def _is_within(value: int | Decimal, limit: int) -> bool:
    # Comparing is exact; abs() of a Decimal would round, and overflow.
    return -limit < value < limit if isinstance(value, int) or value.is_finite() else False


def _strip_unstorable(text: str) -> str:
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
