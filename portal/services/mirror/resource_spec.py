"""Description of a resource, and how its records are mapped, written and marked as deleted.

Mapping needs no database. Writing and marking run in the caller's transaction without calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from portal.ecwid.calls import Entity, Records
from portal.ecwid.client import EcwidClient
from portal.ecwid.listed_records import with_fields
from portal.ecwid.values import known_ids, known_key, known_moment
from portal.models import MirrorTable, Quarantine, Resource, Table, utc_now
from portal.models.bulk import StoredRow
from portal.models.fields import moment_text
from portal.models.last_write_wins import version
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.sync.cursor import PageKeys
from portal.services.mirror.detect_schema_changes import detect_schema_changes
from portal.services.mirror.map_records import RecordMapper, map_records
from portal.services.mirror.mapped_records import MappedRecord, MappedRecords, SaveResult
from portal.services.mirror.record_sources import (
    EventReads,
    FullScanSource,
    IncrementalSource,
    Listing,
)
from portal.services.mirror.suppression_list import PersonalData, suppress_quarantined
from portal.services.mirror.typed_rows import TypedMapper
from portal.services.outbox.publish import (
    RecordTopics,
    find_subscribers,
    publish_deleted,
    publish_records,
)


@dataclass(frozen=True)
class Details:
    """Table with the parts of a record, such as variations; they are replaced with the record.

    ``replace`` gets the ids of the records that may have parts already, and the new parts of all.
    """

    table: type[Table]
    replace: Callable[[int, Sequence[int], Sequence[StoredRow], datetime], None]
    mark_deleted: Callable[[int, Sequence[int], datetime], None] | None = None


class Labels(NamedTuple):
    """Texts of the user interface, marked for translation; `portal.web.labels` translates them.

    ``icon`` is the name of the picture for a record without one.
    """

    title: str
    noun: str  # within a sentence
    record: str  # one of them
    icon: str


@dataclass(frozen=True, kw_only=True)
class ResourceSpec:
    """All that differs by resource.

    People know a record by the text that ``is_id`` accepts, from the column ``known_by``;
    ``read_one`` reads it by its own path. ``fetch_by_ids`` returns the records that exist, of at
    most ``fetch_limit``, and the ids of deleted ones. ``typed_rows`` maps what ``rows`` maps, in a
    fraction of the time, but only usual records. ``id_name`` is the field with the mirror's
    id, ``change_time`` the one of ``/latest-stats``. With ``has_own_writes`` we change records at
    Ecwid. ``kept_values`` are the fields whose values a recorded change keeps, None for all: other
    fields may contain personal data.
    """

    resource: Resource
    labels: Labels
    table: type[MirrorTable]
    rows: RecordMapper
    source: IncrementalSource | FullScanSource
    fetch_by_ids: Callable[[EcwidClient, Sequence[int]], tuple[Records, list[int]]]
    fetch_limit: int
    read_one: Callable[[EcwidClient, str], Entity]
    is_id: Callable[[str], bool]
    events: EventReads
    change_time: str
    typed_rows: TypedMapper | None = None
    id_name: str = "id"
    known_by: str = "remote_id"
    has_own_writes: bool = False
    details: Details | None = None
    outbound: RecordTopics | None = None
    personal: PersonalData | None = None
    suppress: Callable[[int, Sequence[StoredRow]], int] | None = None
    kept_values: frozenset[str] | None = field(default_factory=frozenset)
    export: tuple[str, KeyScope] | None = None

    def ids_of(self, items: Sequence[Any]) -> list[int | None]:
        """Return the id of each record; None if it can't be read."""
        return known_ids(with_fields(items, [self.id_name]), self.id_name)

    def updated_at(self, item: Any) -> datetime | None:
        """Return when a record was changed at the store; None if it has no readable time."""
        if isinstance(self.source, FullScanSource):
            return None
        return known_moment(item, *self.source.updated)

    def keys_of(self, items: Sequence[Any], listing: Listing) -> PageKeys:
        """Return the ids and times of a page; an unreadable record has neither."""
        names = (self.id_name, *listing.times)
        keys = [known_key(item, *names) for item in with_fields(items, names)]
        return PageKeys([i for i, _ in keys], [at for _, at in keys if at is not None])

    def map(self, store_id: int, payloads: Sequence[Any], read_at: datetime) -> MappedRecords:
        """Return the rows of records as read at ``read_at``; needs no database."""
        details = None if self.details is None else self.details.table
        return map_records(
            store_id,
            payloads,
            read_at,
            map_typed_record=self.typed_rows,
            map_record=self.rows,
            tables=(self.table, details),
        )

    def write(self, mapped: MappedRecords) -> SaveResult:
        """Write mapped records with their details; newer rows stay, with their details."""
        store_id = mapped.store_id
        quarantined, found = self._quarantine(mapped), mapped.newest()
        rows = [record.row for record in found.values()]
        if self.suppress is not None:
            self.table.lock(store_id)
            self.suppress(store_id, rows)
        done = self.table.write(rows)
        if self.details is not None and found:
            is_all = done.written == len(found)
            current = list(found) if is_all else self._written(store_id, found)
            self._replace_details(self.details, mapped, [found[i] for i in current], done.inserted)
        names = [str(row[self.known_by]) for row in rows]
        Quarantine.resolve(store_id, self.resource, names, utc_now())
        if self.outbound is not None:
            publish_records(store_id, self.resource, self.outbound, done, rows)
        saved = max(0, done.written - done.unchanged)
        return SaveResult(len(mapped.payloads), saved, done.unchanged, quarantined)

    def save(self, store_id: int, payloads: Sequence[Any], read_at: datetime) -> SaveResult:
        """Map and write records as read at ``read_at``."""
        return self.write(self.map(store_id, payloads, read_at))

    def mark_deleted(self, store_id: int, ids: Iterable[int], read_at: datetime) -> int:
        """Mark records whose absence was confirmed as deleted; return how many were live."""
        gone = list(ids)
        if not gone:
            return 0
        count = self._mark_and_publish(store_id, gone, read_at)
        # After the records, in the order of writing: otherwise two transactions could deadlock.
        if self.details is not None and self.details.mark_deleted is not None:
            self.details.mark_deleted(store_id, gone, read_at)
        return count

    def ids_known_by(self, store_id: int, name: str) -> list[int]:
        """Return the mirror's ids of records that people know by this name."""
        if self.known_by == "remote_id":
            return [int(name)]
        is_it = (self.table.store == store_id) & (getattr(self.table, self.known_by) == name)
        return [row.remote_id for row in self.table.select(self.table.remote_id).where(is_it)]

    def _mark_and_publish(self, store_id: int, ids: Sequence[int], read_at: datetime) -> int:
        table, topics = self.table, self.outbound
        subscribers = find_subscribers(store_id, self.resource) if topics is not None else ()
        if topics is None or not subscribers:
            return table.mark_deleted(table.matching(store_id, ids), read_at=read_at)
        # First, so that nobody marks or writes them between reading and marking.
        table.lock(store_id)
        before = self._live(store_id, ids)
        count = table.mark_deleted(table.matching(store_id, ids), read_at=read_at)
        publish_deleted(store_id, topics, sorted(before - self._live(store_id, ids)), subscribers)
        return count

    def _live(self, store_id: int, ids: Sequence[int]) -> set[int]:
        table = self.table
        rows = table.select(table.remote_id).where(table.matching(store_id, ids))
        return {row.remote_id for row in rows.where(table.deleted_at.is_null())}

    def _quarantine(self, mapped: MappedRecords) -> int:
        """Quarantine the records that could not be mapped; return how many."""
        store_id = mapped.store_id
        # Every read passes here, so changes of the schema are noticed here.
        detect_schema_changes(store_id, self.resource, mapped.payloads)
        for error, payload in mapped.refused:
            Quarantine.put(store_id, self.resource, error.entity_id or "", str(error), payload)
        if mapped.refused and self.personal is not None:
            suppress_quarantined(store_id, self.personal, [item for _, item in mapped.refused])
        return len(mapped.refused)

    def _replace_details(
        self,
        details: Details,
        mapped: MappedRecords,
        current: Sequence[MappedRecord],
        inserted: Iterable[int],
    ) -> None:
        """Replace the details of these records; those in ``inserted`` had no row."""
        # A record without a row has no details that must be deleted.
        known = {record.row["remote_id"] for record in current}.difference(inserted)
        by_read: dict[str, list[MappedRecord]] = {}
        for record in current:
            # The others need no time, so one statement writes the details of all.
            read_at = record.row["synced_at"] if known else ""
            by_read.setdefault(read_at, []).append(record)
        for read_at, records in by_read.items():
            parts = [part for record in records for part in record.details]
            ids = sorted(known.intersection(record.row["remote_id"] for record in records))
            at = datetime.fromisoformat(read_at) if read_at else mapped.read_at
            details.replace(mapped.store_id, ids, parts, at)

    def _written(self, store_id: int, found: Mapping[int, MappedRecord]) -> list[int]:
        """Return the ids of those records whose row in the mirror is the one found, not newer."""
        table = self.table
        rows = table.select(table.remote_id, table.remote_updated_at, table.synced_at).where(
            table.matching(store_id, list(found)), table.deleted_at.is_null()
        )
        # Another page of the same read may have brought a newer state.
        return [
            row.remote_id
            for row in rows
            if (moment_text(row.remote_updated_at), moment_text(row.synced_at))
            == version(found[row.remote_id].row)
        ]
