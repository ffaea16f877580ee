"""Deletion of old security events."""

from __future__ import annotations

from datetime import timedelta

from peewee import Expression

from portal.models import SecurityEvent, utc_now
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

RETENTION = timedelta(days=90)
# An attack that lasts for weeks takes a gigabyte, and no more.
MAX_ROWS = 1_000_000


def prune_security_events(runtime: Runtime, max_rows: int = MAX_ROWS) -> int:
    """Delete events older than 90 days, and the oldest of more than ``max_rows``.

    Works for a limited time; return how many rows it deleted.
    """
    is_old: Expression = SecurityEvent.hour_at < utc_now() - RETENTION
    newest_first = SecurityEvent.select(SecurityEvent.id).order_by(SecurityEvent.id.desc())
    last_id = newest_first.offset(max_rows).limit(1).scalar()
    if last_id is not None:
        is_old |= SecurityEvent.id <= last_id
    return delete_batches(runtime.write_lock, is_old, SecurityEvent.id)
