"""Command that deletes old data now: ``flask --app wsgi retention``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.models import AuditLogEntry
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.one_time_secrets import prune_one_time_secrets
from portal.services.alerts.prune_alerts import prune_alerts
from portal.services.background.rejected_webhook_counter import prune_rejected_webhook_counts
from portal.services.connection.park_grant import prune_parked_grants
from portal.services.mirror.own_writes import prune_own_writes
from portal.services.notifications.queued_emails import expire_queued_emails
from portal.services.outbound_webhooks.failing_endpoints import expire_deliveries
from portal.services.privacy.export_data_subject import prune_exports
from portal.services.retention.export_files import prune_export_files
from portal.services.retention.prune_audit_log import prune_audit_log
from portal.services.retention.prune_bulk_actions import prune_bulk_actions
from portal.services.retention.prune_change_feed import prune_change_feed
from portal.services.retention.prune_events import prune_events
from portal.services.retention.prune_hourly_counts import prune_hourly_counts
from portal.services.retention.prune_onboardings import prune_onboardings
from portal.services.retention.prune_outbox import prune_outbox
from portal.services.retention.prune_queued_emails import prune_queued_emails
from portal.services.retention.prune_runs import prune_runs
from portal.services.retention.prune_security_events import prune_security_events
from portal.services.retention.prune_tombstones import prune_tombstones
from portal.services.retention.reclaim_space import reclaim_space
from portal.services.runtime import Runtime
from portal.web.command_line.groups import CommandGroup
from portal.web.command_line.output import json_option, print_rows, progress
from portal.web.runtime import current_runtime

retention = CommandGroup("retention", help="Delete data whose retention period has ended.")

# Each works for a limited time and returns how many rows it deleted, 0 when nothing is left.
STEPS: Mapping[str, Callable[[Runtime], int]] = {
    "events": prune_events,
    "runs": prune_runs,
    "outbound events": prune_outbox,
    "expired deliveries": expire_deliveries,
    "privacy exports": prune_exports,
    "exports": prune_export_files,
    "own writes": prune_own_writes,
    "rejected webhooks": prune_rejected_webhook_counts,
    "onboardings": prune_onboardings,
    "parked grants": prune_parked_grants,
    "alerts": prune_alerts,
    "actions on many stores": prune_bulk_actions,
    "expired emails": expire_queued_emails,
    "emails": prune_queued_emails,
    "secrets that nobody read": prune_one_time_secrets,
    "audit log": prune_audit_log,
    "hourly counts": prune_hourly_counts,
    "security events": prune_security_events,
    "change feed": prune_change_feed,
    "deleted records": prune_tombstones,
    "free pages": reclaim_space,
}


@retention.command("run")
@json_option
def run(*, as_json: bool) -> None:
    """Delete everything whose retention period has ended, and print the number of rows.

    The daemon does the same in small steps; this command doesn't wait in between. It can be
    interrupted at any time.
    """
    runtime = current_runtime()
    rows: list[dict[str, Any]] = []
    with progress("steps", total=len(STEPS)) as show:
        for number, (name, step) in enumerate(STEPS.items(), 1):
            total = 0
            while count := step(runtime):
                total += count
            rows.append({"data": name, "deleted": total})
            show(number)
    AuditLogEntry.record_request(
        None,
        AuditAction.RETENTION_RUN,
        "all data",
        after={row["data"]: row["deleted"] for row in rows if row["deleted"]},
    )
    print_rows(rows, ("data", "deleted"), as_json=as_json, nothing="nothing to delete")
