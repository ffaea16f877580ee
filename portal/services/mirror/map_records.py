"""Mapping of the records of one read to rows: from their JSON texts if possible, else by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from portal.ecwid.listed_records import ListedRecords
from portal.errors import RecordError
from portal.models import Table
from portal.models.bulk import StoredRow, stored_rows
from portal.models.fields import moment_text
from portal.rules.sync.cursor import PageKeys
from portal.services.mirror.mapped_records import MappedRecord, MappedRecords, Row
from portal.services.mirror.typed_rows import Reading, TypedMapper, map_typed

RecordMapper = Callable[[int, Any, datetime], tuple[Row, list[Row]]]


def map_records(
    store_id: int,
    payloads: Sequence[Any],
    read_at: datetime,
    *,
    map_typed_record: TypedMapper | None,
    map_record: RecordMapper,
    tables: tuple[type[Table], type[Table] | None],
) -> MappedRecords:
    """Return the rows of records as read at ``read_at``; needs no database.

    ``tables`` are those of the records and of their details.
    """
    found: list[MappedRecord | None] = [None] * len(payloads)
    if map_typed_record is not None:
        found = _from_texts(store_id, payloads, read_at, map_typed_record)
    typed = [record for record in found if record is not None]
    if len(typed) == len(found):
        return MappedRecords(store_id, payloads, read_at, typed, [], _keys(typed))
    odd = [position for position, record in enumerate(found) if record is None]
    rows: list[tuple[Row, list[Row]]] = []
    mapped: list[int] = []
    refused: list[tuple[RecordError, Any]] = []
    for position in odd:
        try:
            rows.append(map_record(store_id, payloads[position], read_at))
            mapped.append(position)
        except RecordError as error:
            refused.append((error, payloads[position]))
    for position, record in zip(mapped, _stored(rows, *tables), strict=True):
        found[position] = record
    records = [record for record in found if record is not None]
    return MappedRecords(store_id, payloads, read_at, records, refused)


def _keys(records: Sequence[MappedRecord]) -> PageKeys:
    ids = [record.row["remote_id"] for record in records]
    return PageKeys(ids, [r.listed_at for r in records if r.listed_at is not None])


def _from_texts(
    store_id: int, payloads: Sequence[Any], read_at: datetime, mapper: TypedMapper
) -> list[MappedRecord | None]:
    texts = payloads.texts if isinstance(payloads, ListedRecords) else None
    if texts is None:
        return [None] * len(payloads)
    at = moment_text(read_at)
    return [map_typed(mapper, Reading(store_id, text, at)) for text in texts]


def _stored(
    rows: Sequence[tuple[Row, list[Row]]], table: type[Table], details: type[Table] | None
) -> list[MappedRecord]:
    parts: Iterator[StoredRow] = iter(())
    if details is not None:
        parts = iter(stored_rows(details, [part for _, many in rows for part in many]))
    return [
        MappedRecord(row, list(islice(parts, len(many))))
        for row, (_, many) in zip(stored_rows(table, [row for row, _ in rows]), rows, strict=True)
    ]
