"""Search for alerts: open and resolve them, and queue messages to the channels.

The schedule runs it every few seconds. Everything is derived from rows, so a missed round only
delays an alert, and a repeated one changes nothing. One transaction opens an alert and records
which channels are notified of it, so each channel gets each opening once.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from peewee import JOIN, fn

from portal.models import Alert, AlertCheck, AlertSeverity, Issue, database, utc_now
from portal.models.alert_check import ONLY_ROW
from portal.models.bulk import ROWS_PER_STATEMENT, chunked
from portal.rules.alerts.alert_kinds import ALERT_SEVERITIES, PortalAlertKind
from portal.rules.alerts.alert_times import is_daemon_gap
from portal.services.alerts.channels import add_default_channel
from portal.services.alerts.portal_conditions import Condition, portal_conditions
from portal.services.alerts.queue_messages import (
    add_notices,
    queue_digests,
    queue_opened,
    queue_recovered,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

_PORTAL_KINDS = tuple(PortalAlertKind)


def update_alerts(runtime: Runtime) -> int:  # noqa: ARG001 - the schedule's signature
    """Open and resolve alerts, and queue the messages that are due; return how many opened."""
    now = utc_now()
    with database.atomic():
        newest = Alert.select(fn.MAX(Alert.id)).scalar() or 0
        _report_gap(now)
        _open_for_issues()
        _resolve_for_issues(now)
        _update_for_portal(portal_conditions(now), now)
        opened = list(Alert.select().where(Alert.id > newest).order_by(Alert.id))
        add_notices(opened, now)
    queue_opened(now)
    queue_recovered(now)
    queue_digests(now)
    for alert in opened:
        log.warning("alert.opened", alert=alert.id, kind=alert.kind, store=alert.store_id)
    return len(opened)


def _report_gap(now: datetime) -> None:
    """Report that the daemon did not run, if the last search is too long ago.

    The very first search adds the channel that every portal has at first.
    """
    last = AlertCheck.get_or_none(AlertCheck.id == ONLY_ROW)
    if last is None:
        AlertCheck.create(checked_at=now)
        add_default_channel(now)
        return
    if is_daemon_gap(last.checked_at, now):
        Alert.create(
            kind=PortalAlertKind.DAEMON_DOWN,
            severity=_severity_of(PortalAlertKind.DAEMON_DOWN),
            opened_at=last.checked_at,
            resolved_at=now,
        )
    AlertCheck.update(checked_at=now).execute()


def _open_for_issues() -> None:
    """Open an alert for each open issue that has none."""
    missing = (
        Issue.select(Issue.store, Issue.kind, Issue.severity, Issue.opened_at)
        .join(
            Alert,
            JOIN.LEFT_OUTER,
            on=(
                (Alert.store == Issue.store)
                & (Alert.kind == Issue.kind)
                & Alert.resolved_at.is_null()
            ),
        )
        .where(Issue.resolved_at.is_null(), Alert.id.is_null())
    )
    rows = [
        {
            "kind": issue.kind,
            "subject": f"store {issue.store_id}",
            "store": issue.store_id,
            "severity": issue.severity,
            "opened_at": issue.opened_at,
        }
        for issue in missing
    ]
    for some in chunked(rows, ROWS_PER_STATEMENT):
        Alert.insert_many(some).execute()


def _resolve_for_issues(now: datetime) -> None:
    """Resolve the alerts whose issue is resolved."""
    still_open = Issue.select(1).where(
        Issue.store == Alert.store, Issue.kind == Alert.kind, Issue.resolved_at.is_null()
    )
    Alert.update(resolved_at=now).where(
        Alert.resolved_at.is_null(), Alert.kind.not_in(_PORTAL_KINDS), ~fn.EXISTS(still_open)
    ).execute()


def _update_for_portal(conditions: list[Condition], now: datetime) -> None:
    """Open, count or resolve the alerts about the portal itself."""
    wanted = {(each.kind.value, each.subject): each for each in conditions}
    rows = Alert.select().where(Alert.resolved_at.is_null(), Alert.kind.in_(_PORTAL_KINDS))
    known = {(row.kind, row.subject): row for row in rows}
    for key, alert in known.items():
        if key not in wanted:
            Alert.update(resolved_at=now).where(Alert.id == alert.id).execute()
        elif wanted[key].count != alert.count:
            Alert.update(count=wanted[key].count).where(Alert.id == alert.id).execute()
    for key, condition in wanted.items():
        if key not in known:
            Alert.create(
                kind=condition.kind,
                subject=condition.subject,
                severity=_severity_of(condition.kind),
                count=condition.count,
                opened_at=now,
            )


def _severity_of(kind: PortalAlertKind) -> str:
    return AlertSeverity.of(kind, ALERT_SEVERITIES[kind])
