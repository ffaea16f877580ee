"""Old audit log entries are deleted, younger ones stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from portal.models import AuditLogEntry, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.retention.prune_audit_log import prune_audit_log
from portal.services.runtime import Runtime


def test_entries_are_kept_for_the_configured_days(runtime: Runtime) -> None:
    for days in (11, 9):
        AuditLogEntry.record(None, AuditAction.RUN_STARTED, f"{days} days")
        AuditLogEntry.update(happened_at=utc_now() - timedelta(days=days)).where(
            AuditLogEntry.target == f"{days} days"
        ).execute()
    short = replace(runtime, settings=replace(runtime.settings, audit_log_retention_days=10))

    assert (prune_audit_log(runtime), prune_audit_log(short)) == (0, 1)
    assert AuditLogEntry.get().target == "9 days"
