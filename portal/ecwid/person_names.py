"""Names of persons in Ecwid's records.

Older records, imports and some checkouts have ``firstName`` and ``lastName`` without ``name``.
Source: Ecwid REST API v3, "Search orders" and "Search customers"; all three fields are optional.
"""

from __future__ import annotations

from portal.ecwid.values import Record


def person_name(*records: Record) -> str | None:
    """Return the first name that one of these records has, None if none has one."""
    return next(filter(None, map(_name, records)), None)


def _name(record: Record) -> str | None:
    whole = record.text("name")
    if whole and not whole.isspace():
        return whole
    parts = (record.text("firstName"), record.text("lastName"))
    return " ".join(part.strip() for part in parts if part and not part.isspace()) or None
