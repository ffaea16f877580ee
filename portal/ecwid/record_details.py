"""Parts that several kinds of Ecwid's records share: persons, numbers, extra fields and taxes.

Details are made for the API from the record as Ecwid sent it. A missing or unreadable value is
None, never an error. Decimals in details are amounts of money; all other numbers with a fraction,
such as rates and weights, are texts.

Source of the fields: REST docs, "Get order" and "Search customers"; FetchedOrder and
FetchedCustomer of the official Kotlin client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.person_names import person_name
from portal.ecwid.values import Record

Details = dict[str, Any]
# As fine as the mirror's columns of amounts.
_FINEST, _CENT = Decimal("0.0001"), Decimal("0.01")
# Reads one field of the API from a record, which must be a `LenientRecord`.
DetailReader = Callable[[Record], Any]


def person_details(record: Record) -> Details | None:
    """Return a person's name, address and phone number; None if the record has none of them.

    Ecwid separates the two lines of an address by a line break.
    """
    street, _, street_2 = (record.text("street") or "").partition("\n")
    found: Details = {
        "name": person_name(record),
        "first_name": record.text("firstName"),
        "last_name": record.text("lastName"),
        "company": record.text("companyName"),
        "street": street.strip(),
        "street_2": street_2.strip(),
        "city": record.text("city"),
        "postal_code": record.text("postalCode"),
        "state_code": record.text("stateOrProvinceCode"),
        "state": record.text("stateOrProvinceName"),
        "country_code": record.text("countryCode"),
        "country": record.text("countryName"),
        "phone": record.text("phone"),
    }
    found = {name: value or None for name, value in found.items()}
    return found if any(found.values()) else None


def flag(record: Record, name: str) -> bool | None:
    """Return a boolean; None for a missing or another value."""
    value = record.payload.get(name)
    return value if isinstance(value, bool) else None


def amount(record: Record, name: str) -> Decimal | None:
    """Return an amount of money with two to four decimals; None for another value."""
    value = record.money(name)
    return None if value is None else in_cents(value)


def in_cents(value: Decimal) -> Decimal:
    """Return an amount with two to four decimals; finer ones are rounded."""
    # Rounded first: a number such as 1E-999999999 has a billion decimals.
    finest = value.quantize(_FINEST)
    cents = finest.quantize(_CENT)
    return cents if cents == finest else finest.normalize()


def number(record: Record, name: str) -> str | None:
    """Return a number with up to four decimals as a text, such as ``19`` or ``0.35``."""
    value = record.money(name)
    return None if value is None else f"{value.quantize(_FINEST).normalize():f}"


def dimensions(record: Record) -> Details | None:
    """Return length, width and height; None if the record has none of them."""
    found = {name: number(record, name) for name in ("length", "width", "height")}
    return found if any(found.values()) else None


def named_values(values: Any) -> dict[str, str]:
    """Return the texts of a JSON object by name; values that are no texts are left out."""
    found: dict[str, str] = {}
    for name, value in values.items() if isinstance(values, Mapping) else ():
        pair = LenientRecord("values", {"name": name, "value": value})
        text = pair.text("value")
        if text is not None:
            found[pair.text("name") or ""] = text
    return found


def clean_texts(record: Record, name: str) -> list[str]:
    """Return the texts in a list; other values are left out."""
    texts = (value for value in record.items(name) if isinstance(value, str))
    return [LenientRecord("texts", {"text": text}).text_or_empty("text") for text in texts]


def tax_details(record: Record, name: str) -> list[Details]:
    """Return the taxes in a list; ``is_included`` is None if the record doesn't say it."""
    return [
        {
            "name": part.text_or_empty("name"),
            "rate": number(part, "value"),
            "amount": amount(part, "total"),
            "is_included": flag(part, "includeInPrice"),
        }
        for part in record.parts(name)
    ]
