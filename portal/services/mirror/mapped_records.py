"""Rows of the records of one read, and the counts of writing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from portal.errors import RecordError
from portal.models.bulk import StoredRow

# A row by field name, as a record was read.
Row = dict[str, Any]


class MappedRecord(NamedTuple):
    """Rows of one record, as the database takes them."""

    row: StoredRow
    details: list[StoredRow]


@dataclass(frozen=True)
class MappedRecords:
    """Result of mapping the records of one read; ``refused`` ones have no rows."""

    store_id: int
    payloads: Sequence[Any]
    read_at: datetime
    records: list[MappedRecord]
    refused: list[tuple[RecordError, Any]]

    def newest(self) -> dict[int, MappedRecord]:
        """Return the newest state of each record, by id."""
        found: dict[int, MappedRecord] = {}
        for record in self.records:
            known = found.get(record.row["remote_id"])
            if known is None or record.row["remote_updated_at"] >= known.row["remote_updated_at"]:
                found[record.row["remote_id"]] = record
        return found


@dataclass(frozen=True)
class SaveResult:
    """Counts of one read: new or changed records, unchanged ones, and quarantined ones.

    The mirror had a newer state of the rest.
    """

    seen: int
    saved: int
    unchanged: int
    quarantined: int
