"""Search for alerts: open and resolve them, and queue messages to the channels.

The schedule runs it every few seconds. Everything is derived from rows, so a missed round only
delays an alert, and a repeated one changes nothing. One transaction opens an alert and records
which channels are notified of it, so each channel gets each opening once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from peewee import Expression, fn

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
from portal.services.alerts.redis_memory import redis_condition
from portal.services.alerts.watch_daemon import is_reported
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

_PORTAL_KINDS = tuple(PortalAlertKind)


def update_alerts(runtime: Runtime) -> int:
    """Open and resolve alerts, and queue the messages that are due; return how many opened."""
    now = utc_now()
    # Asked before the transaction, which must not wait for Redis.
    of_redis = redis_condition(runtime.redis)
    with database.atomic():
        newest = Alert.select(fn.MAX(Alert.id)).scalar() or 0
        _report_gap(now)
        _compare_with_issues(now)
        _update_for_portal([*portal_conditions(now), *of_redis], now)
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

    An alert that the portal has opened is resolved as all others are.
    The very first search adds the channel that every portal has at first.
    """
    last = AlertCheck.get_or_none(AlertCheck.id == ONLY_ROW)
    if last is None:
        AlertCheck.create(checked_at=now)
        add_default_channel(now)
        return
    if is_daemon_gap(last.checked_at, now) and not is_reported():
        Alert.create(
            kind=PortalAlertKind.DAEMON_DOWN,
            severity=_severity_of(PortalAlertKind.DAEMON_DOWN),
            opened_at=last.checked_at,
            resolved_at=now,
        )
    AlertCheck.update(checked_at=now).execute()


def _compare_with_issues(now: datetime) -> None:
    """Open an alert for each open issue that has none, and resolve the alerts of the others.

    Both lists are read and compared here: a join has a bad plan on PostgreSQL while many rows are
    so new that it has no statistics of them.
    """
    issues = _open_rows(Issue)
    alerts = _open_rows(Alert, Alert.store.is_null(is_null=False))
    missing = [row_id for key, row_id in issues.items() if key not in alerts]
    over = [row_id for key, row_id in alerts.items() if key not in issues]
    for some in chunked(missing, ROWS_PER_STATEMENT):
        Alert.insert_many(
            {
                "kind": issue.kind,
                "subject": f"store {issue.store_id}",
                "store": issue.store_id,
                "severity": issue.severity,
                "opened_at": issue.opened_at,
            }
            for issue in Issue.select().where(Issue.id.in_(some)).order_by(Issue.id)
        ).execute()
    for some in chunked(over, ROWS_PER_STATEMENT):
        Alert.update(resolved_at=now).where(Alert.id.in_(some)).execute()


def _open_rows(table: type[Issue | Alert], *conditions: Expression) -> dict[tuple[int, str], int]:
    """Return the ids of the open rows of a table by store and kind."""
    rows: Any = table.select(table.store, table.kind, table.id).where(
        table.resolved_at.is_null(), *conditions
    )
    return {(store_id, kind): row_id for store_id, kind, row_id in rows.tuples()}


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
