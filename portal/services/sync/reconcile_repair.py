"""Find records that the mirror has otherwise than the store, and put them right.

What the store changed after the audit began is brought, too, but is no difference: it is on its
way, and the mirror could not have had it. The store's clock has whole seconds; on doubt it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.models import (
    AuditSighting,
    Product,
    SyncRun,
    SyncState,
    Variation,
)
from portal.services.mirror.map_records import Mapped
from portal.services.sync.incremental import OVERLAP
from portal.services.sync.page_result import Counts
from portal.services.sync.sources import Feed


@dataclass(frozen=True)
class Repair:
    """Hold records that were read whole, and the ids of those that a look-up found gone."""

    feed: Feed
    run: SyncRun
    mapped: Mapped
    gone: Sequence[int]

    def write(self) -> Counts:
        """Put the mirror right; return the counts, a record that can't be read as a difference.

        Runs inside the caller's transaction. Deleted ones are not counted as differences.
        """
        store_id, feed, read_at = self.run.store_id, self.feed, self.mapped.read_at
        told = dict(self._readable())
        held = self._held(list(told))
        unlike = sum(self._is_unlike(held.get(remote_id), told[remote_id]) for remote_id in told)
        for remote_id, item in told.items():
            self._step_back(held.get(remote_id), feed.updated_at(item) or read_at)
        saved = feed.write(self.mapped)
        deleted = feed.mark_deleted(store_id, self.gone, read_at)
        return Counts(
            saved=saved.saved,
            deleted=deleted,
            quarantined=saved.quarantined,
            differences=unlike + saved.quarantined,
        )

    def _readable(self) -> Iterator[tuple[int, Any]]:
        refused = {id(payload) for _, payload in self.mapped.refused}
        for item in self.mapped.payloads:
            remote_id = self.feed.id_of(item)
            if remote_id is not None and id(item) not in refused:
                yield remote_id, item

    def _held(self, ids: Sequence[int]) -> Mapping[int, Any]:
        table = self.feed.table
        rows = table.select(
            table.remote_id,
            table.raw,
            table.remote_updated_at,
            table.synced_at,
            table.deleted_at,
        ).where(table.of(self.run.store_id, ids))
        return {row.remote_id: row for row in rows}

    def _is_unlike(self, row: Any, item: Any) -> bool:
        updated_at = self.feed.updated_at(item)
        if updated_at is not None and updated_at > self.run.started_at:
            return False
        if row is None:
            return True
        if row.synced_at > self.mapped.read_at:
            return False
        has_other_time = updated_at is not None and row.remote_updated_at != updated_at
        return row.deleted_at is not None or has_other_time or row.raw != item

    def _step_back(self, row: Any, updated_at: datetime) -> None:
        """Let a row that claims to be newer than its record at the store take that one."""
        if row is None or row.remote_updated_at <= updated_at or not _is_settled(row, self.run):
            return
        back = {"updated_at": updated_at, "read_before": _settled_at(self.run)}
        table, store_id = self.feed.table, self.run.store_id
        table.step_back(store_id, table.remote_id == row.remote_id, **back)
        if table is Product:
            # Its variations bear its update time.
            Variation.step_back(store_id, Variation.product_id == row.remote_id, **back)


def find_suspects(
    feed: Feed, run: SyncRun, items: Sequence[Any], read_at: datetime
) -> Sequence[int]:
    """Return the ids of records, of which ids and times were read, to be read whole.

    Those that the mirror lacks, shows with another update time or as deleted; and any that tells
    no time. Not those that this audit has looked after already.
    """
    told = {remote_id: feed.updated_at(i) for i in items if (remote_id := feed.id_of(i))}
    table = feed.table
    rows = table.select(
        table.remote_id, table.remote_updated_at, table.synced_at, table.deleted_at
    ).where(table.of(run.store_id, list(told)))
    held = {row.remote_id: row for row in rows}
    suspects = [i for i, at in told.items() if _is_suspect(held.get(i), at, read_at, run)]
    met = AuditSighting.met_among(state_of(run), suspects)
    return [remote_id for remote_id in suspects if remote_id not in met]


def state_of(run: SyncRun) -> SyncState:
    """Return the state of the resource that the run reads."""
    found: SyncState = SyncState.get(
        SyncState.store == run.store_id, SyncState.resource == run.resource
    )
    return found


def _is_suspect(row: Any, updated_at: datetime | None, read_at: datetime, run: SyncRun) -> bool:
    if row is None:
        return True
    if row.synced_at > read_at:
        return False
    if updated_at is not None and row.remote_updated_at > updated_at:
        return _is_settled(row, run)
    return row.deleted_at is not None or row.remote_updated_at != updated_at


def _is_settled(row: Any, run: SyncRun) -> bool:
    """Tell whether the row was read so long before that Ecwid's lists must know what it holds."""
    is_settled: bool = row.synced_at < _settled_at(run)
    return is_settled


def _settled_at(run: SyncRun) -> datetime:
    started_at: datetime = run.started_at
    return started_at - OVERLAP
