"""Turn the records of one read into rows, apart from writing them: no database is needed.

So a fetcher's thread maps while another page is written, and no transaction waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.errors import RecordError


@dataclass(frozen=True)
class MappedRecords:
    """Hold what became of the records of one read: rows, or the reason why there are none."""

    store_id: int
    payloads: Sequence[Any]
    read_at: datetime
    rows: list[Any]
    refused: list[tuple[RecordError, Any]]


def map_records(
    read: Callable[[int, Any, datetime], Any],
    store_id: int,
    payloads: Sequence[Any],
    read_at: datetime,
) -> MappedRecords:
    """Return what ``read`` makes of each payload; apart, what it refuses with RecordError."""
    rows: list[Any] = []
    refused: list[tuple[RecordError, Any]] = []
    for payload in payloads:
        try:
            rows.append(read(store_id, payload, read_at))
        except RecordError as error:
            refused.append((error, payload))
    return MappedRecords(store_id, payloads, read_at, rows, refused)
