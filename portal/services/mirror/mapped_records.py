"""Rows of the records of one read, and the counts of writing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from portal.ecwid.listed_records import ListedRecords
from portal.errors import RecordError
from portal.models.bulk import StoredRow
from portal.models.last_write_wins import version
from portal.rules.sync.cursor import PageKeys

# A row by field name, as a record was read.
Row = dict[str, Any]


class MappedRecord(NamedTuple):
    """Rows of one record, as the database takes them.

    ``listed_at`` is the time (Unix second) by which its list is sorted, None if it has none.
    """

    row: StoredRow
    details: list[StoredRow]
    listed_at: int | None = None


@dataclass(frozen=True)
class MappedRecords:
    """Result of mapping the records of one read; ``refused`` ones have no rows.

    ``read_at`` is when the read began; that of the latest one if several were joined. ``keys`` are
    those of the page, None if they must be read from the payloads.
    """

    store_id: int
    payloads: Sequence[Any]
    read_at: datetime
    records: list[MappedRecord]
    refused: list[tuple[RecordError, Any]]
    keys: PageKeys | None = None

    @classmethod
    def joined(cls, reads: Sequence[MappedRecords]) -> MappedRecords:
        """Return the records of several reads of one store as if one read had brought them."""
        if len(reads) == 1:
            return reads[0]
        return cls(
            reads[0].store_id,
            ListedRecords.joined(read.payloads for read in reads),
            max(read.read_at for read in reads),
            [record for read in reads for record in read.records],
            [refused for read in reads for refused in read.refused],
        )

    @property
    def duplicates(self) -> int:
        """Return how many of the records are further states of the same ones."""
        return len(self.records) - len({record.row["remote_id"] for record in self.records})

    def newest(self) -> dict[int, MappedRecord]:
        """Return the newest state of each record, by id."""
        found: dict[int, MappedRecord] = {}
        for record in self.records:
            known = found.get(record.row["remote_id"])
            if known is None or version(record.row) >= version(known.row):
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
