"""Compare full records with the mirror, and write the reconciliation report.

Categories and coupons are compared field by field, because their lists are short and categories
have no update time for a lighter comparison. `portal.services.sync.reconcile` compares long lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.models import MirrorTable, RunKind, SyncRun, utc_now
from portal.services.mirror.mapped_records import SaveResult
from portal.services.sync.page_result import Counts


def count_mismatches(
    table: type[MirrorTable],
    key: str,
    store_id: int,
    items: Sequence[Any],
    read_at: datetime,
) -> int:
    """Return how many of the records read at ``read_at`` are missing or different in the mirror.

    Every field counts, not only the update time. A row from a later read is not a mismatch.
    """
    ids = [remote_id for item in items if (remote_id := _id_of(item, key)) is not None]
    rows = table.select(table.remote_id, table.raw, table.synced_at, table.deleted_at).where(
        table.matching(store_id, ids)
    )
    held: dict[int | None, Any] = {row.remote_id: row for row in rows}
    return sum(_is_mismatch(held.get(_id_of(item, key)), item, read_at) for item in items)


def start_report(run: SyncRun, table: type[MirrorTable]) -> None:
    """Start the report with the mirror's record count, counted from its rows."""
    run.mirror_count = table.recount(run.store_id)
    run.mismatches = run.repaired = 0


def finish_report(run: SyncRun) -> None:
    """Finish the report of a complete run; quarantined records don't count as repaired."""
    run.repaired = max(0, (run.mismatches or 0) - run.quarantined)
    run.store_count = run.total
    run.checked_at = utc_now()


def lookup_counts(run: SyncRun, saved: SaveResult, deleted: int, found_mismatches: int) -> Counts:
    """Return the counts of records read by id because a pass has not seen them.

    A reconciliation run has seen unreadable records, too: their page has already counted them.
    """
    if run.kind != RunKind.RECONCILIATION:
        return Counts(saved=saved.saved, deleted=deleted, quarantined=saved.quarantined)
    mismatches = max(0, found_mismatches - saved.quarantined) + deleted
    return Counts(saved=saved.saved, deleted=deleted, mismatches=mismatches)


def _is_mismatch(row: Any, item: Any, read_at: datetime) -> bool:
    if row is None:
        return True
    if row.synced_at > read_at:
        return False
    return row.deleted_at is not None or row.raw != item


def _id_of(item: Any, key: str) -> int | None:
    try:
        return Record("records", item).integer(key)
    except RecordError:
        return None
