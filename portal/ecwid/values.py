"""Typed access to Ecwid's JSON; an invalid value raises RecordError with the field's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from portal.ecwid.conversions import (
    INTEGER_LIMIT,
    to_amount,
    to_moment,
    to_whole,
)
from portal.errors import RecordError

COUNT_LIMIT = 2**31
MONEY_LIMIT = 10**12
CODE_LENGTH = 255
# First second of the year 10000, beyond the range of datetime.
LAST_SECOND = 253_402_300_800
# Longer than any address allowed by RFC 5321, and short enough for PostgreSQL, whose index entries
# are limited to 2,704 bytes.
EMAIL_LENGTH = 512

Row = dict[str, Any]
# Conversion of a record to a row: a column, the method that reads it, and the fields that it reads.
Columns = Sequence[tuple[str, Callable[[Any, Any], Any], str | tuple[str, ...]]]


class Record:
    """One JSON record with typed access to its fields; a missing or null field is None.

    Errors name the record by the first of ``id_names`` that has a value.
    """

    # Slots save memory: each record of a page, and each part of a record, creates an instance.
    __slots__ = ("_id_names", "_prefix", "_root", "payload", "resource")

    def __init__(self, resource: str, payload: Any, id_names: Sequence[str] = ("id",)) -> None:
        if not isinstance(payload, dict):
            raise RecordError(resource, None, "record", "is no JSON object")
        self.resource = resource
        self.payload: dict[str, Any] = payload
        self._id_names = id_names
        self._root = self
        self._prefix = ""

    def row(self, columns: Columns, shared: Mapping[str, Any] = MappingProxyType({})) -> Row:
        """Return the columns of ``shared``, and those that are read from this record."""
        row = dict(shared)
        for column, read, name in columns:
            row[column] = read(self, name)
        return row

    def part_rows(self, name: str, columns: Columns, shared: Mapping[str, Any]) -> list[Row]:
        """Return a row for each object in a list, with the object itself as ``raw``."""
        return [part.row(columns, {**shared, "raw": part.payload}) for part in self.parts(name)]

    def identity(self, name: str = "id") -> int:
        """Return the record's id; raise RecordError if it is missing."""
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
        integer = to_whole(value)
        if integer is None:
            raise self.error(name, "is no whole number")
        return integer

    def count(self, name: str) -> int | None:
        """Return a whole number that fits 32 bits, such as a stock level."""
        value = self.integer(name)
        if value is not None and not -COUNT_LIMIT < value < COUNT_LIMIT:
            raise self.error(name, "is out of range")
        return value

    def money(self, name: str) -> Decimal | None:
        """Return an exact amount with an absolute value below 10¹²."""
        value = self.payload.get(name)
        if value is None:
            return None
        is_plain = type(value) is Decimal or type(value) is int
        amount = Decimal(value) if is_plain else to_amount(value)
        if amount is None:
            raise self.error(name, "is no amount")
        if not amount.is_finite() or not -MONEY_LIMIT < amount < MONEY_LIMIT:
            raise self.error(name, "is out of range")
        return amount

    def text(self, name: str) -> str | None:
        """Return a text without NUL and lone surrogates, which the database rejects."""
        value = self.payload.get(name)
        # Fast path: nearly all texts are ASCII, and a page has about a thousand of them.
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
        """Return an e-mail address of at most 512 characters as given; None for an empty one.

        Whether the address is deliverable is not checked, because stores contain what people typed.
        """
        value = self.text(name)
        if value is not None and len(value) > EMAIL_LENGTH:
            raise self.error(name, "is too long")
        return value or None

    def text_or_empty(self, name: str) -> str:
        """Return a text; empty if the field is missing."""
        value = self.payload.get(name)
        if type(value) is str and value.isascii() and "\x00" not in value:
            return value
        return self.text(name) or ""

    def flag_or_true(self, name: str) -> bool:
        """Return a boolean; True if the field is missing."""
        value = self.payload.get(name)
        return value if type(value) is bool else self.boolean(name, default=True)

    def moment_of(self, names: tuple[str, ...]) -> datetime | None:
        """Return the time in these fields; see `moment`."""
        return self.moment(*names)

    def boolean(self, name: str, *, default: bool) -> bool:
        """Return a boolean; ``default`` if the field is missing."""
        value = self.payload.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.error(name, "is neither true nor false")
        return value

    def items(self, name: str) -> list[Any]:
        """Return a list, empty if the field is missing."""
        value = self.payload.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(name, "is no list")
        return value

    def part(self, name: str) -> Record:
        """Return the object in a field as a Record, an empty one if the field is missing.

        Its errors name this record and the field's path, such as ``billingPerson.phone``.
        """
        value = self.payload.get(name)
        return self._part(name, {} if value is None else value)

    def parts(self, name: str) -> list[Record]:
        """Return the objects in a list as Records, none if the list is missing.

        Their errors name this record and the field's path, such as ``items[0].price``.
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
        """Return a time, from the field in Unix seconds if there is one, else from the date text.

        Dates look like ``2024-05-01 05:26:28 +0000``; old samples have other offsets.
        """
        seconds = self.integer(seconds_name) if seconds_name else None
        text = self.text(date_name) if seconds is None else None
        try:
            if seconds is not None:
                return datetime.fromtimestamp(seconds, UTC)
            return to_moment(text) if text else None
        except (ValueError, OverflowError, OSError):
            name = date_name if seconds is None else str(seconds_name)
            raise self.error(name, "is no time") from None

    def second(self, date_name: str, seconds_name: str | None = None) -> int | None:
        """Return the same time in whole Unix seconds."""
        twin = self.payload.get(seconds_name) if seconds_name else None
        # Fast path: nearly all records have this field, and every record of a page is checked.
        if type(twin) is int and 0 <= twin < LAST_SECOND:
            return twin
        at = self.moment(date_name, seconds_name)
        return None if at is None else int(at.timestamp())

    def raw_id(self) -> Any:
        """Return the record's id as sent, unchecked; None if no field has one."""
        candidates = (self.payload.get(name) for name in self._id_names)
        return next((value for value in candidates if value not in (None, "")), None)

    def error(self, name: str, problem: str) -> RecordError:
        """Return an error that names this record and the field ``name``."""
        entity_id = self._root.raw_id()
        shown = None if entity_id is None else _strip_unstorable(str(entity_id))[:CODE_LENGTH]
        return RecordError(self.resource, shown, f"{self._prefix}{name}", problem)


def known_ids(items: Iterable[Any], name: str = "id") -> list[int | None]:
    """Return the id of each record, None for a record without a readable one."""
    return [known_key(item, name)[0] for item in items]


def known_key(item: Any, id_name: str, *time_names: str) -> tuple[int | None, int | None]:
    """Return a record's id and, if names are given, its time in Unix seconds; None if unreadable.

    A record with an unreadable time has no id either.
    """
    try:
        record = Record("records", item)
        return record.identity(id_name), record.second(*time_names) if time_names else None
    except RecordError:
        return None, None


def known_moment(item: Any, *time_names: str) -> datetime | None:
    """Return a record's time; None if it is missing or unreadable."""
    try:
        return Record("records", item).moment(*time_names)
    except RecordError:
        return None


def _strip_unstorable(text: str) -> str:
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
