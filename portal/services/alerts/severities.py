"""Severities of all kinds of alerts, as operators chose them."""

from __future__ import annotations

from collections.abc import Mapping

from portal.models import Alert, AlertSeverity, AuditLogEntry, Issue, Merchant, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.alerts.alert_kinds import ALERT_SEVERITIES


def current_severities() -> dict[str, str]:
    """Return the severity of each kind: the operators' choice, or the default."""
    chosen = {row.kind: row.severity for row in AlertSeverity.select()}
    return {kind: chosen.get(kind, default) for kind, default in ALERT_SEVERITIES.items()}


def choose_severities(actor: Merchant, chosen: Mapping[str, str]) -> int:
    """Save the severity of each kind in ``chosen``; return how many changed.

    Open issues and alerts of these kinds get the new severity, too. No channel is notified again.
    """
    with database.atomic():
        before = current_severities()
        changed = {
            kind: severity
            for kind, severity in chosen.items()
            if kind in before and before[kind] != severity
        }
        for kind, severity in changed.items():
            AlertSeverity.insert(kind=kind, severity=severity).on_conflict(
                conflict_target=[AlertSeverity.kind], update={"severity": severity}
            ).execute()
            for table in (Issue, Alert):
                table.update(severity=severity).where(
                    table.kind == kind, table.resolved_at.is_null()
                ).execute()
        if changed:
            AuditLogEntry.record(
                None,
                AuditAction.ALERT_SEVERITIES_CHANGED,
                "alert severities",
                actor=actor,
                before={kind: before[kind] for kind in changed},
                after=changed,
            )
    return len(changed)
