"""Mark records of the mirror as deleted, and tell channels of those that were there until now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal.models import MirrorTable, Resource
from portal.services.outbox.publish import find_subscribers, publish_deleted


def mark_deleted_and_publish(
    table: type[MirrorTable],
    resource: Resource,
    store_id: int,
    ids: Sequence[int],
    read_at: datetime,
) -> int:
    """Mark these records as deleted and return how many were live; absence was confirmed before.

    Runs inside the caller's transaction.
    """
    subscribers = find_subscribers(store_id, resource) if ids else ()
    if not subscribers:
        return table.mark_deleted(table.matching(store_id, ids), read_at=read_at)
    # First, so that nobody marks or writes them between the look and the marking.
    table.lock(store_id)
    before = _live(table, store_id, ids)
    count = table.mark_deleted(table.matching(store_id, ids), read_at=read_at)
    gone = before - _live(table, store_id, ids)
    publish_deleted(store_id, resource, sorted(gone), subscribers)
    return count


def _live(table: type[MirrorTable], store_id: int, ids: Sequence[int]) -> set[int]:
    rows = table.select(table.remote_id).where(
        table.matching(store_id, ids), table.deleted_at.is_null()
    )
    return {row.remote_id for row in rows}
