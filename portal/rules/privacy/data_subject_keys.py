"""Say by which keys an erased person's records are known again, without keeping the person's data.

A customer's number is Ecwid's. An e-mail address becomes a digest, salted with the store: it can't
be read back, but an address that comes again can be compared with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

# Generous: what isn't an address has a digest that matches nothing.
_EMAIL = re.compile(r"""[^\s"'<>(),;:\\]+@[^\s"'<>(),;:\\]+""")


def customer_key(customer_id: int | str) -> str:
    """Return the key of a customer's number."""
    return f"customer:{customer_id}"


def email_key(store_id: int, email: str) -> str:
    """Return the key of an address in one store, however its letters are written."""
    salted = f"{store_id}\n{email.strip().lower()}"
    return f"email:{hashlib.sha256(salted.encode('utf-8', 'replace')).hexdigest()}"


def emails_in(value: Any) -> Iterator[str]:
    """Yield what looks like an e-mail address anywhere in JSON, names of fields included."""
    if isinstance(value, str):
        yield from _EMAIL.findall(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _EMAIL.findall(str(name))
            yield from emails_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from emails_in(inner)


def data_subject_keys(store_id: int, record: Any, id_name: str) -> set[str]:
    """Return the keys of whom a record may be about: its customer, and every address in it."""
    keys = {email_key(store_id, email) for email in emails_in(record)}
    told = record.get(id_name) if isinstance(record, dict) else None
    if isinstance(told, int | str) and not isinstance(told, bool):
        keys.add(customer_key(told))
    return keys
