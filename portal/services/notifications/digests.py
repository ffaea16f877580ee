"""Grouping of notifications into digests, and removal of notifications that became pointless."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import Expression, ModelSelect

from portal.models import (
    Issue,
    Merchant,
    Notification,
    NotificationState,
    NotificationTrigger,
    Store,
    database,
    utc_now,
)
from portal.rules.notifications.notification_times import earliest_send_at
from portal.services.notifications.notification_preferences import preference_of, quiet_hours
from portal.services.notifications.queue_notifications import last_emails, member_stores


def is_due() -> Expression:
    """Return the condition for waiting notifications that are due."""
    waits: Expression = Notification.state == NotificationState.WAITING
    due: Expression = waits & (Notification.due_at <= utc_now())
    return due


def pending_notifications(recipient: Merchant) -> ModelSelect[Notification]:
    """Return the query for a recipient's waiting notifications, with their issues and stores."""
    return (
        Notification.select(Notification, Issue, Store)
        .join(Issue)
        .join(Store)
        .where(
            Notification.merchant == recipient,
            # Lets the query use the index that skips sent notifications.
            Notification.sent_at.is_null(),
            Notification.state == NotificationState.WAITING,
        )
        .order_by(Notification.id)
    )


def build_digest(recipient: Merchant) -> None:
    """Put all waiting notifications of a recipient into one digest, if any of them is due.

    If spacing or quiet hours forbid the digest now, all of them wait until it is allowed.
    """
    now = utc_now()
    with database.atomic():
        rows = list(pending_notifications(recipient).where(Notification.digest_id.is_null()))
        due = [row for row in rows if row.due_at <= now]
        if not due:
            return
        send_at = earliest_send_at(
            now,
            last_email_at=last_emails([recipient]).get(recipient.id),
            quiet=quiet_hours(preference_of(recipient), due[0].issue.store.timezone),
        )
        changes: dict[object, object] = {Notification.due_at: send_at}
        if send_at <= now:
            changes[Notification.digest_id] = rows[0].id
        Notification.update(changes).where(
            Notification.merchant == recipient,
            Notification.state == NotificationState.WAITING,
            Notification.digest_id.is_null(),
            Notification.id <= rows[-1].id,
        ).execute()


def drop_obsolete(recipient: Merchant, rows: Sequence[Notification]) -> list[Notification]:
    """Drop notifications that the recipient may not, or need not, get; return the others.

    Dropped are those of an operator, who gets alerts instead, about a store that the recipient
    left, of a muted kind, or already sent.
    """
    stores = {row.issue.store_id for row in rows}
    allowed = member_stores(recipient, stores)
    muted, covered = preference_of(recipient).muted, _covered_by_other_emails(recipient, rows)
    kept = []
    for row in rows:
        if recipient.is_operator:
            _drop(row, "operators get alerts")
        elif row.issue.store_id not in allowed:
            _drop(row, "no longer looks after the store")
        elif row.issue.kind in muted:
            _drop(row, "switched off")
        elif row.id in covered:
            _drop(row, "already notified")
        else:
            kept.append(row)
    return kept


def _drop(row: Notification, reason: str) -> None:
    Notification.update(state=NotificationState.DROPPED, error=reason).where(
        Notification.id == row.id
    ).execute()


def _covered_by_other_emails(recipient: Merchant, rows: Sequence[Notification]) -> set[int]:
    """Return the notifications that say nothing new, because digests were sent out of order.

    A digest reports an issue's status when it is sent: a delayed one already reports the end, and
    one about the end implies that the issue was opened.
    """
    sent = {
        (row.issue_id, row.trigger): row.sent_at
        for row in Notification.select().where(
            Notification.merchant == recipient,
            Notification.issue.in_([row.issue_id for row in rows]),
            Notification.state == NotificationState.SENT,
        )
    }
    covered = set()
    for row in rows:
        if row.trigger == NotificationTrigger.OPENED:
            is_covered = (row.issue_id, NotificationTrigger.RESOLVED) in sent
        else:
            opening = sent.get((row.issue_id, NotificationTrigger.OPENED))
            is_covered = opening is not None and opening >= row.issue.resolved_at
        if is_covered:
            covered.add(row.id)
    return covered
