"""Deletion of old security events."""

from __future__ import annotations

from datetime import timedelta

from portal.models import SecurityEvent, utc_now
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

RETENTION = timedelta(days=90)


def prune_security_events(runtime: Runtime) -> int:
    """Delete events older than 90 days within a limited time; return how many."""
    is_old = SecurityEvent.hour_at < utc_now() - RETENTION
    return delete_batches(runtime.write_lock, is_old, SecurityEvent.id)
