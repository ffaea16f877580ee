"""Compare records that were read whole with the mirror, and keep what an audit has proven.

Categories and coupons are audited so, field by field: their lists are short, and of categories
Ecwid tells no update time that a lighter comparison could rest on. Long lists are audited by
`portal.services.sync.reconcile`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.models import MirrorTable, RunKind, SyncRun, utc_now
from portal.services.mirror.resource_spec import SaveResult
from portal.services.sync.page_result import Counts


def count_mismatches(
    table: type[MirrorTable],
    key: str,
    store_id: int,
    items: Sequence[Any],
    read_at: datetime,
) -> int:
    """Return how many of the records as read at ``read_at`` the mirror lacks or holds otherwise.

    Every field counts, not the update time alone. What a later read has brought is no difference.
    """
    ids = [remote_id for item in items if (remote_id := _id_of(item, key)) is not None]
    rows = table.select(table.remote_id, table.raw, table.synced_at, table.deleted_at).where(
        table.matching(store_id, ids)
    )
    held: dict[int | None, Any] = {row.remote_id: row for row in rows}
    return sum(_is_mismatch(held.get(_id_of(item, key)), item, read_at) for item in items)


def start_report(run: SyncRun, table: type[MirrorTable]) -> None:
    """Note how many records the mirror shows when the comparison begins: counted, not as kept."""
    run.mirror_count = table.recount(run.store_id)
    run.mismatches = run.repaired = 0


def finish_report(run: SyncRun) -> None:
    """Note that every record was compared; what could not be read is not repaired."""
    run.repaired = max(0, (run.mismatches or 0) - run.quarantined)
    run.store_count = run.total
    run.checked_at = utc_now()


def lookup_counts(run: SyncRun, saved: SaveResult, deleted: int, found_mismatches: int) -> Counts:
    """Return the counts of records that were read by id because a pass hadn't met them.

    What an audit can't read it has met: its page has counted it already.
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
