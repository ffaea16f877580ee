"""Deletion of old bulk actions with their stores and e-mails."""

from __future__ import annotations

from datetime import timedelta

from peewee import fn

from portal.models import BulkAction, BulkActionEmail, BulkActionItem, utc_now
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

# The audit log has what was done to each store for longer.
KEPT_FOR = timedelta(days=90)


def prune_bulk_actions(runtime: Runtime) -> int:
    """Delete actions that ended before `KEPT_FOR` within a limited time; return the rows deleted.

    An action of thousands of stores is deleted in batches, itself last.
    """
    old = BulkAction.select(BulkAction.id).where(BulkAction.finished_at < utc_now() - KEPT_FOR)
    deleted = sum(
        delete_batches(runtime.write_lock, table.bulk_action.in_(old), table.id)
        for table in (BulkActionItem, BulkActionEmail)
    )
    rest = [
        table.select(1).where(table.bulk_action == BulkAction.id)
        for table in (BulkActionItem, BulkActionEmail)
    ]
    is_empty = ~fn.EXISTS(rest[0]) & ~fn.EXISTS(rest[1])
    is_over = BulkAction.finished_at < utc_now() - KEPT_FOR
    return deleted + delete_batches(runtime.write_lock, is_over & is_empty, BulkAction.id)
