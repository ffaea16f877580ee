"""Dismissal of an issue by a person who has seen what it counts, and its undoing."""

from __future__ import annotations

from datetime import datetime

from portal.models import AuditLogEntry, Issue, Merchant, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.issues.counted_issues import DISMISSIBLE_KINDS
from portal.services.notifications.issues import reopen_issue, resolve_issue


def find_dismissible(store_id: int, issue_id: int) -> Issue | None:
    """Return an issue of the store that people can dismiss, open or not; else None."""
    found: Issue | None = Issue.get_or_none(
        Issue.id == issue_id, Issue.store == store_id, Issue.kind.in_(sorted(DISMISSIBLE_KINDS))
    )
    return found


def dismiss_issue(issue: Issue, until: datetime, actor: Merchant) -> bool:
    """Resolve an issue for everybody; its rows up to ``until`` are not counted any more.

    Later rows open it again. Return False if it isn't open, or if ``until`` isn't within the time
    that it counts.
    """
    since = (issue.detail or {}).get("since")
    if issue.newest_at is None or until > issue.newest_at:
        return False
    # Else it would open again at once, and inform everybody, as often as somebody likes.
    if since is not None and until < datetime.fromisoformat(since):
        return False
    with database.atomic():
        is_resolved = resolve_issue(
            issue.store_id, IssueKind(issue.kind), dismissed_until=until, issue_id=issue.id
        )
        if is_resolved is None:
            return False
        AuditLogEntry.record(
            issue.store_id,
            AuditAction.ISSUE_DISMISSED,
            f"issue {issue.id}",
            actor=actor,
            after={"kind": issue.kind, "count": issue.count, "until": until.isoformat()},
        )
    return True


def undo_dismissal(issue: Issue, actor: Merchant) -> bool:
    """Open a dismissed issue again, so that its rows count again.

    Return False if it isn't dismissed. If later rows have opened another issue of its kind, that
    one counts these rows too, from the next round on.
    """
    with database.atomic():
        if not reopen_issue(issue):
            return False
        AuditLogEntry.record(
            issue.store_id,
            AuditAction.ISSUE_REOPENED,
            f"issue {issue.id}",
            actor=actor,
            after={"kind": issue.kind, "count": issue.count},
        )
    return True
