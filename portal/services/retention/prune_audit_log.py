"""Deletion of old audit log entries."""

from __future__ import annotations

from datetime import timedelta

from portal.models import AuditLogEntry, utc_now
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches


def prune_audit_log(runtime: Runtime) -> int:
    """Delete entries older than `AUDIT_LOG_RETENTION_DAYS` within a limited time.

    Return how many. The next round continues where this one stopped.
    """
    before = utc_now() - timedelta(days=runtime.settings.audit_log_retention_days)
    return delete_batches(runtime.write_lock, AuditLogEntry.happened_at < before, AuditLogEntry.id)
