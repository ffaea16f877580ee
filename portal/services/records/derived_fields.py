"""Fields that are computed from the stored records when they are read, without columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from portal.models import Store
from portal.models.fields import load_json

Values = dict[str, Any]


class StoredRecord(NamedTuple):
    """A record's id and the record as Ecwid sent it."""

    remote_id: int
    raw: Any


Derive = Callable[[Store, Sequence[StoredRecord], Sequence[str]], list[Values]]


def decode_record(text: str) -> Any:
    """Return a stored record with exact numbers."""
    return load_json(text)
