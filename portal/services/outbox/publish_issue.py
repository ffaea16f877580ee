"""Outbound events about a store's issues, in the transaction that changes the issue."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from portal.models import Issue
from portal.rules.issues.issue_audience import IssueState, Reader
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType, is_about_issue
from portal.rules.outbound_webhooks.outbound_payload import rfc3339
from portal.services.outbox.publish import (
    EventDraft,
    Subscriber,
    find_subscribers,
    publish_events,
)

CLOSED = IssueState()


def state_of(issue: Issue) -> IssueState:
    """Return the state of an open issue."""
    return IssueState(issue.count or 1, (issue.detail or {}).get("senders"))


def publish_issue(issue: Issue, before: IssueState, after: IssueState) -> int:
    """Publish that an issue opened or ended, to each channel for which it did; return the count.

    For a channel, an issue with orders opens with the first of its own orders.
    """
    subscribers = [
        one for one in find_subscribers(issue.store_id) if any(map(is_about_issue, one.events))
    ]
    groups: dict[tuple[OutboundEventType, int], list[Subscriber]] = defaultdict(list)
    for one in subscribers:
        reader = Reader(one.channel_id, one.is_own, one.scopes)
        was, now = before.count_for(issue.kind, reader), after.count_for(issue.kind, reader)
        if now and not was:
            groups[OutboundEventType.ISSUE_OPENED, now].append(one)
        elif was and not now:
            groups[OutboundEventType.ISSUE_RESOLVED, 0].append(one)
    return sum(
        publish_events(
            issue.store_id, [EventDraft(event, issue.id, _detail(issue, event, count))], some
        )
        for (event, count), some in groups.items()
    )


def _detail(issue: Issue, event: OutboundEventType, count: int) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "kind": str(issue.kind),
        "severity": str(issue.severity),
        "opened_at": rfc3339(issue.opened_at),
    }
    if issue.count is not None:
        detail["count"] = count
    if event is OutboundEventType.ISSUE_RESOLVED and issue.resolved_at is not None:
        detail["resolved_at"] = rfc3339(issue.resolved_at)
    return detail
