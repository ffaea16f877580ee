"""Lists of e-mail notifications about issues: all for operators, their own for merchants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peewee import ModelSelect

from portal.models import (
    UNDELIVERED_STATES,
    Issue,
    Merchant,
    Notification,
    NotificationState,
    Store,
)
from portal.services.pagination import KeyPage, page_by_key

OWN_SHOWN = 10


def list_notifications(
    states: Sequence[NotificationState], *, after: int | None = None, before: int | None = None
) -> KeyPage[Notification]:
    """Return a page of all notifications in these states, newest first."""
    rows = _with_all().where(Notification.state.in_(states))
    return page_by_key(rows, Notification.id, after=after, before=before)


def count_by_state(states: Sequence[NotificationState]) -> int:
    """Return the number of notifications in these states; slow for states with many rows."""
    count: int = Notification.select().where(Notification.state.in_(states)).count()
    return count


def latest_for(merchant: Merchant) -> list[Notification]:
    """Return the merchant's last few notifications, newest first."""
    rows = _with_all().where(Notification.merchant == merchant)
    return list(rows.order_by(Notification.id.desc()).limit(OWN_SHOWN))


def undelivered_for(merchant: Merchant, issues: Sequence[Issue]) -> Mapping[int, Notification]:
    """Return the notifications about these issues that didn't reach the merchant, by issue id."""
    if not issues:
        return {}
    rows = Notification.select().where(
        Notification.issue.in_([issue.id for issue in issues]),
        Notification.merchant == merchant,
        Notification.state.in_(UNDELIVERED_STATES),
    )
    return {row.issue_id: row for row in rows}


def _with_all() -> ModelSelect[Notification]:
    return (
        Notification.select(Notification, Merchant, Issue, Store)
        .join(Merchant)
        .switch(Notification)
        .join(Issue)
        .join(Store)
    )
