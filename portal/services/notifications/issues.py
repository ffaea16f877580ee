"""Opening and resolving of stores' issues; each change is recorded in the store's timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from peewee import IntegrityError

from portal.models import Issue, NotificationTrigger, TimelineEntry, database, utc_now
from portal.rules.connection.issue_kinds import IssueKind, IssueTexts
from portal.services.notifications.queue_notifications import queue_notifications

log = structlog.get_logger(__name__)

PAST_SHOWN = 5


def open_issue(
    store_id: int, kind: IssueKind, texts: IssueTexts, detail: Mapping[str, Any] | None = None
) -> bool:
    """Open an issue, or update the open one of its kind; return whether it is new."""
    said = {
        "cause": texts.cause,
        "impact": texts.impact,
        "next_action": texts.next_action,
        "action": texts.action,
        "detail": dict(detail or {}),
    }
    try:
        with database.atomic():
            issue = Issue.create(store=store_id, kind=kind, **said)
            TimelineEntry.record(store_id, "issue_opened", kind=kind)
            queue_notifications(issue, NotificationTrigger.OPENED)
    except IntegrityError:
        # The partial unique index found an open issue of this kind.
        Issue.update(said).where(
            Issue.store == store_id, Issue.kind == kind, Issue.resolved_at.is_null()
        ).execute()
        return False
    log.warning("issue.opened", store=store_id, kind=kind)
    return True


def resolve_issue(store_id: int, kind: IssueKind) -> Issue | None:
    """Resolve the open issue of a kind and return it, or None; the timeline gets its duration."""
    with database.atomic():
        issue = Issue.get_or_none(
            Issue.store == store_id, Issue.kind == kind, Issue.resolved_at.is_null()
        )
        if issue is None:
            return None
        issue.resolved_at = utc_now()
        issue.save(only=[Issue.resolved_at])
        lasted_s = round(issue.duration.total_seconds())
        TimelineEntry.record(store_id, "issue_resolved", kind=kind, lasted_s=lasted_s)
        queue_notifications(issue, NotificationTrigger.RESOLVED)
    log.info("issue.resolved", store=store_id, kind=kind, lasted_s=lasted_s)
    return issue


def open_issues(store_id: int) -> Sequence[Issue]:
    """Return the store's open issues, oldest first."""
    issues = Issue.select().where(Issue.store == store_id, Issue.resolved_at.is_null())
    return list(issues.order_by(Issue.id))


def past_issues(store_id: int) -> Sequence[Issue]:
    """Return the store's last few resolved issues, newest first."""
    issues = Issue.select().where(Issue.store == store_id, Issue.resolved_at.is_null(is_null=False))
    return list(issues.order_by(Issue.id.desc()).limit(PAST_SHOWN))
