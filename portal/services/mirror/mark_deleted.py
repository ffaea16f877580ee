"""Mark records of the mirror as deleted, and tell channels of those that were there until now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal.models import MirrorTable, Resource
from portal.services.outbox.publish import listeners, tell_of_deleted


def mark_and_tell(
    table: type[MirrorTable],
    resource: Resource,
    store_id: int,
    ids: Sequence[int],
    read_at: datetime,
) -> int:
    """Mark these records as deleted and return how many were live; absence was confirmed before.

    Runs inside the caller's transaction.
    """
    told = listeners(store_id, resource) if ids else ()
    if not told:
        return table.mark_deleted(table.of(store_id, ids), read_at=read_at)
    # First, so that nobody marks or writes them between the look and the marking.
    table.hold(store_id)
    before = _live(table, store_id, ids)
    count = table.mark_deleted(table.of(store_id, ids), read_at=read_at)
    gone = before - _live(table, store_id, ids)
    tell_of_deleted(store_id, resource, sorted(gone), told)
    return count


def _live(table: type[MirrorTable], store_id: int, ids: Sequence[int]) -> set[int]:
    rows = table.select(table.remote_id).where(table.of(store_id, ids), table.deleted_at.is_null())
    return {row.remote_id for row in rows}
