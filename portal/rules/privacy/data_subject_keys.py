"""Keys that identify a data subject's records without storing personal data.

A customer id is Ecwid's. An e-mail address becomes a digest salted with the store's id: it can't be
reversed, but an address in a new record can be compared with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from portal.rules.records.email_addresses import normalize_email

# Matches too much on purpose: the digest of a text that is no address matches nothing.
_EMAIL = re.compile(r"""[^\s"'<>(),;:\\]+@[^\s"'<>(),;:\\]+""")


def customer_key(customer_id: int | str) -> str:
    return f"customer:{customer_id}"


def email_key(store_id: int, email: str) -> str:
    """Return the key of an e-mail address in one store; see `normalize_email`."""
    salted = f"{store_id}\n{normalize_email(email)}"
    return f"email:{hashlib.sha256(salted.encode('utf-8', 'replace')).hexdigest()}"


def emails_in(value: Any) -> Iterator[str]:
    """Yield all texts in a JSON value that look like e-mail addresses, field names included."""
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
    """Return the keys of a record's data subjects: its customer, and every e-mail address in it."""
    keys = {email_key(store_id, email) for email in emails_in(record)}
    reported = record.get(id_name) if isinstance(record, dict) else None
    if isinstance(reported, int | str) and not isinstance(reported, bool):
        keys.add(customer_key(reported))
    return keys
