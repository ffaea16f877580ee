"""Values of typed records in the database's format; ValueError for an odd value."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Raw

from portal.ecwid.conversions import to_moment
from portal.ecwid.typed_records import TypedCustomer, TypedPerson
from portal.ecwid.values import MONEY_LIMIT
from portal.models.fields import moment_text, money_units, second_text


def units(amount: Any) -> int | None:
    """Return an amount in ten-thousandths."""
    if amount is None:
        return None
    if type(amount) is not int and type(amount) is not Decimal:
        raise ValueError("not a number")
    return _units_within_limit(amount)


# Cached, because prices repeat, as do the zeros of tax and discount.
@lru_cache(maxsize=4096)
def _units_within_limit(amount: Decimal | int) -> int:
    if not -MONEY_LIMIT < amount < MONEY_LIMIT:
        raise ValueError("out of range")
    return money_units(amount)


def moment(second: int | None, date: str | None) -> str | None:
    """Return a time as stored text, from its Unix second or else from its date."""
    if second is not None:
        return second_text(second)
    return _date_text(date) if date else None


def unix_second(second: int | None, date: str | None) -> int | None:
    """Return a time in whole Unix seconds, from its second or else from its date."""
    if second is not None:
        return second
    return _date_second(date) if date else None


# Cached, because a record's times are often equal, and so are those of records that change at once.
@lru_cache(maxsize=1024)
def _date_second(date: str) -> int:
    return int(to_moment(date).timestamp())


@lru_cache(maxsize=1024)
def _date_text(date: str) -> str:
    return moment_text(to_moment(date))


def name_of(person: TypedPerson | TypedCustomer | None) -> str | None:
    """Return the same name as `portal.ecwid.person_names.person_name` for one record."""
    if person is None:
        return None
    if person.name and not person.name.isspace():
        return person.name
    parts = (person.first_name, person.last_name)
    return " ".join(part.strip() for part in parts if part and not part.isspace()) or None


def list_text(given: Raw) -> str:
    """Return the JSON text of a list, empty for null."""
    text = bytes(given).decode()
    if text == "null":
        return "[]"
    if not text.startswith("["):
        raise ValueError("not a list")
    return text
