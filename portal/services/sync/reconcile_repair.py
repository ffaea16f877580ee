"""Find rows of the mirror that differ from the store's records, and repair them.

A record that changed after the run began is saved, too, but is not a mismatch, because the mirror
could not have it yet. The store's clock has whole seconds; a change in the same second counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.models import (
    Product,
    ReconcileMark,
    SyncRun,
    SyncState,
    Variation,
)
from portal.rules.sync.poll_decision import OVERLAP
from portal.services.mirror.mapped_records import MappedRecords
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.sync.page_result import Counts


@dataclass(frozen=True)
class Repair:
    """Records that were read in full, and the ids of records that a lookup found deleted."""

    spec: ResourceSpec
    run: SyncRun
    mapped: MappedRecords
    gone: Sequence[int]

    def write(self) -> Counts:
        """Repair the rows and return the counts; unreadable records count as mismatches.

        Deleted records don't count as mismatches. Runs inside the caller's transaction.
        """
        store_id, spec, read_at = self.run.store_id, self.spec, self.mapped.read_at
        listed = dict(self._readable())
        mirrored = self._mirrored(list(listed))
        found_mismatches = sum(
            self._is_mismatch(mirrored.get(remote_id), listed[remote_id]) for remote_id in listed
        )
        for remote_id, item in listed.items():
            self._roll_back(mirrored.get(remote_id), spec.updated_at(item) or read_at)
        saved = spec.write(self.mapped)
        deleted = spec.mark_deleted(store_id, self.gone, read_at)
        return Counts(
            saved=saved.saved,
            deleted=deleted,
            quarantined=saved.quarantined,
            mismatches=found_mismatches + saved.quarantined,
        )

    def _readable(self) -> Iterator[tuple[int, Any]]:
        refused = {id(payload) for _, payload in self.mapped.refused}
        payloads = self.mapped.payloads
        for remote_id, item in zip(self.spec.ids_of(payloads), payloads, strict=True):
            if remote_id is not None and id(item) not in refused:
                yield remote_id, item

    def _mirrored(self, ids: Sequence[int]) -> Mapping[int, Any]:
        table = self.spec.table
        rows = table.select(
            table.remote_id,
            table.raw,
            table.remote_updated_at,
            table.synced_at,
            table.deleted_at,
        ).where(table.matching(self.run.store_id, ids))
        return {row.remote_id: row for row in rows}

    def _is_mismatch(self, row: Any, item: Any) -> bool:
        updated_at = self.spec.updated_at(item)
        if updated_at is not None and updated_at > self.run.started_at:
            return False
        if row is None:
            return True
        if row.synced_at > self.mapped.read_at:
            return False
        has_other_time = updated_at is not None and row.remote_updated_at != updated_at
        return row.deleted_at is not None or has_other_time or row.raw != item

    def _roll_back(self, row: Any, updated_at: datetime) -> None:
        """Roll back a row whose update time is ahead of the store's."""
        if row is None or row.remote_updated_at <= updated_at or not _is_settled(row, self.run):
            return
        back = {"updated_at": updated_at, "read_before": _settled_at(self.run)}
        table, store_id = self.spec.table, self.run.store_id
        table.roll_back_update_time(store_id, table.remote_id == row.remote_id, **back)
        if table is Product:
            # Variations have the update time of their product.
            Variation.roll_back_update_time(store_id, Variation.product_id == row.remote_id, **back)


def find_stale_candidates(
    spec: ResourceSpec, run: SyncRun, items: Sequence[Any], read_at: datetime
) -> Sequence[int]:
    """Return the ids of the listed records that must be read in full.

    These are records that the mirror lacks, has with another update time or has marked as deleted,
    and records without an update time. Records that this run has already checked are left out.
    """
    listed = {
        remote_id: spec.updated_at(item)
        for remote_id, item in zip(spec.ids_of(items), items, strict=True)
        if remote_id
    }
    table = spec.table
    rows = table.select(
        table.remote_id, table.remote_updated_at, table.synced_at, table.deleted_at
    ).where(table.matching(run.store_id, list(listed)))
    mirrored = {row.remote_id: row for row in rows}
    candidates = [
        i for i, at in listed.items() if _is_stale_candidate(mirrored.get(i), at, read_at, run)
    ]
    met = ReconcileMark.marked_among(sync_state_of(run), candidates)
    return [remote_id for remote_id in candidates if remote_id not in met]


def sync_state_of(run: SyncRun) -> SyncState:
    """Return the sync state of the run's resource."""
    found: SyncState = SyncState.get(
        SyncState.store == run.store_id, SyncState.resource == run.resource
    )
    return found


def _is_stale_candidate(
    row: Any, updated_at: datetime | None, read_at: datetime, run: SyncRun
) -> bool:
    if row is None:
        return True
    if row.synced_at > read_at:
        return False
    if updated_at is not None and row.remote_updated_at > updated_at:
        return _is_settled(row, run)
    return row.deleted_at is not None or row.remote_updated_at != updated_at


def _is_settled(row: Any, run: SyncRun) -> bool:
    """Return whether the row was read before the search lag, so Ecwid's lists must include it."""
    is_settled: bool = row.synced_at < _settled_at(run)
    return is_settled


def _settled_at(run: SyncRun) -> datetime:
    started_at: datetime = run.started_at
    return started_at - OVERLAP
