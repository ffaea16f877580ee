"""Opening and resolving of stores' issues; each change is recorded in the store's timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from peewee import IntegrityError

from portal.models import (
    AlertSeverity,
    Issue,
    NotificationTrigger,
    TimelineEntry,
    database,
    utc_now,
)
from portal.rules.alerts.severities import Severity, worst_of
from portal.rules.connection.issue_kinds import ISSUE_SEVERITIES, IssueKind, IssueTexts
from portal.services.notifications.channel_alerts import queue_channel_alerts
from portal.services.notifications.queue_notifications import queue_notifications
from portal.services.outbox.publish_issue import CLOSED, publish_issue, state_of

log = structlog.get_logger(__name__)

PAST_SHOWN = 5


def open_issue(
    store_id: int,
    kind: IssueKind,
    texts: IssueTexts,
    detail: Mapping[str, Any] | None = None,
    *,
    count: int | None = None,
    newest_at: datetime | None = None,
) -> bool:
    """Open an issue, or update the open one of its kind; return whether it is new.

    Its severity is the operators' choice for the kind, or the default. ``count`` and ``newest_at``
    are those of the rows that it counts.
    """
    said = {
        "cause": texts.cause,
        "impact": texts.impact,
        "next_action": texts.next_action,
        "action": texts.action,
        "detail": dict(detail or {}),
        "count": count,
        "newest_at": newest_at,
    }
    try:
        with database.atomic():
            severity = AlertSeverity.of(kind, ISSUE_SEVERITIES[kind])
            issue = Issue.create(store=store_id, kind=kind, severity=severity, **said)
            TimelineEntry.record(store_id, "issue_opened", kind=kind)
            queue_notifications(issue, NotificationTrigger.OPENED)
            publish_issue(issue, CLOSED, state_of(issue))
            if count is not None:
                queue_channel_alerts(issue, CLOSED, state_of(issue))
    except IntegrityError:
        # The partial unique index found an open issue of this kind.
        Issue.update(said).where(
            Issue.store == store_id, Issue.kind == kind, Issue.resolved_at.is_null()
        ).execute()
        return False
    log.warning("issue.opened", store=store_id, kind=kind)
    return True


def resolve_issue(
    store_id: int,
    kind: IssueKind,
    *,
    dismissed_until: datetime | None = None,
    issue_id: int | None = None,
    is_silent: bool = False,
) -> Issue | None:
    """Resolve the open issue of a kind and return it, or None; the timeline gets its duration.

    With ``dismissed_until`` a person dismisses the rows until then. Nobody is notified then, nor
    with ``is_silent``. With ``issue_id`` only this issue is resolved, not another one that was
    opened later.
    """
    with database.atomic():
        issue = Issue.get_or_none(
            Issue.store == store_id, Issue.kind == kind, Issue.resolved_at.is_null()
        )
        if issue is None or issue_id not in (None, issue.id):
            return None
        issue.resolved_at, issue.dismissed_at = utc_now(), dismissed_until
        issue.save(only=[Issue.resolved_at, Issue.dismissed_at])
        lasted_s = round(issue.duration.total_seconds())
        TimelineEntry.record(store_id, "issue_resolved", kind=kind, lasted_s=lasted_s)
        if dismissed_until is None and not is_silent:
            queue_notifications(issue, NotificationTrigger.RESOLVED)
        publish_issue(issue, state_of(issue), CLOSED)
    log.info("issue.resolved", store=store_id, kind=kind, lasted_s=lasted_s)
    return issue


def reopen_issue(issue: Issue) -> bool:
    """Undo the dismissal of an issue; return False if it isn't dismissed.

    Only channels are notified: people had been, when it opened. It stays resolved if another issue
    of its kind is open.
    """
    is_of_kind = (Issue.store == issue.store_id) & (Issue.kind == issue.kind)
    with database.atomic():
        # The lock of a changed row keeps a second request from recording the same undo.
        undone = Issue.update(dismissed_at=None).where(
            Issue.id == issue.id, Issue.dismissed_at.is_null(is_null=False)
        )
        if not undone.execute():
            return False
        if not Issue.select().where(is_of_kind, Issue.resolved_at.is_null()).exists():
            Issue.update(resolved_at=None).where(Issue.id == issue.id).execute()
            TimelineEntry.record(issue.store_id, "issue_reopened", kind=issue.kind)
            publish_issue(issue, CLOSED, state_of(issue))
    log.info("issue.reopened", store=issue.store_id, kind=issue.kind)
    return True


def open_issues(store_id: int) -> Sequence[Issue]:
    """Return the store's open issues, oldest first."""
    issues = Issue.select().where(Issue.store == store_id, Issue.resolved_at.is_null())
    return list(issues.order_by(Issue.id))


def worst_severities(store_ids: Iterable[int]) -> dict[int, Severity]:
    """Return the severity of the most severe open issue of each of these stores that has one."""
    rows = Issue.select(Issue.store, Issue.severity).where(
        Issue.store.in_([*store_ids]), Issue.resolved_at.is_null()
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        found[row.store_id].append(row.severity)
    return {store_id: worst_of(severities) for store_id, severities in found.items()}


def past_issues(store_id: int) -> Sequence[Issue]:
    """Return the store's last few resolved issues, newest first."""
    issues = Issue.select().where(Issue.store == store_id, Issue.resolved_at.is_null(is_null=False))
    return list(issues.order_by(Issue.id.desc()).limit(PAST_SHOWN))
