"""Grouping of notifications into digests, and removal of notifications that became pointless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

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
from portal.models.bulk import in_values
from portal.rules.connection.issue_kinds import COUNTED_ISSUE_KINDS
from portal.rules.notifications.notification_times import earliest_send_at
from portal.services.notifications.notification_preferences import preference_of, quiet_hours
from portal.services.notifications.queue_notifications import (
    last_counted_emails,
    last_emails,
    member_stores,
)


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
    """Put the waiting notifications of a recipient into one digest, if one that is due may be sent.

    The digest has all that spacing and quiet hours allow now, so its store's next one is an hour
    away. The others that are due wait until they are allowed.
    """
    now = utc_now()
    with database.atomic():
        rows = list(pending_notifications(recipient).where(Notification.digest_id.is_null()))
        due = [row for row in rows if row.due_at <= now]
        if not due:
            return
        times = _allowed_times(recipient, rows, due[0].issue.store.timezone, now)
        ready = [row for row in rows if times[row.id] <= now]
        if any(row.due_at <= now for row in ready):
            _write(recipient, ready, digest_id=ready[0].id, due_at=now)
        for send_at in sorted({times[row.id] for row in due if times[row.id] > now}):
            _write(recipient, [row for row in due if times[row.id] == send_at], due_at=send_at)


def _allowed_times(
    recipient: Merchant, rows: Sequence[Notification], zone: str, now: datetime
) -> dict[int, datetime]:
    """Return when each of these notifications may be sent, by id."""
    last_email_at = last_emails([recipient]).get(recipient.id)
    quiet = quiet_hours(preference_of(recipient), zone)
    stores = {row.issue.store_id for row in rows if row.issue.kind in COUNTED_ISSUE_KINDS}
    counted = last_counted_emails([recipient], stores) if stores else {}
    return {
        row.id: earliest_send_at(
            now,
            last_email_at=last_email_at,
            last_counted_at=counted.get((recipient.id, row.issue.store_id))
            if row.issue.kind in COUNTED_ISSUE_KINDS
            else None,
            quiet=quiet,
        )
        for row in rows
    }


def _write(recipient: Merchant, rows: Sequence[Notification], **changes: object) -> None:
    Notification.update(**changes).where(
        Notification.merchant == recipient,
        Notification.state == NotificationState.WAITING,
        Notification.digest_id.is_null(),
        in_values(Notification.id, [row.id for row in rows]),
    ).execute()


def drop_obsolete(recipient: Merchant, rows: Sequence[Notification]) -> list[Notification]:
    """Drop notifications that the recipient may not, or need not, get; return the others.

    Dropped are those of an operator, who gets alerts instead, about a store that the recipient
    left, of a muted kind, of a dismissed issue, or already sent.
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
        elif row.issue.dismissed_at is not None:
            _drop(row, "dismissed")
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
    sent: dict[tuple[int, str], datetime] = {}
    for row in Notification.select().where(
        Notification.merchant == recipient,
        Notification.issue.in_([row.issue_id for row in rows]),
        Notification.state == NotificationState.SENT,
    ):
        key = (row.issue_id, row.trigger)
        sent[key] = max(row.sent_at, sent.get(key, row.sent_at))
    return {row.id for row in rows if _is_covered(row, sent)}


def _is_covered(row: Notification, sent: Mapping[tuple[int, str], datetime]) -> bool:
    """Return whether a sent digest reported this; ``sent`` has times by issue and trigger."""
    opening = sent.get((row.issue_id, NotificationTrigger.OPENED))
    if row.trigger == NotificationTrigger.RESOLVED:
        return opening is not None and opening >= row.issue.resolved_at
    is_over = (row.issue_id, NotificationTrigger.RESOLVED) in sent
    if row.trigger == NotificationTrigger.OPENED:
        return is_over
    # The end of the issue has its own notification.
    return is_over or row.issue.resolved_at is not None or _is_newer(opening, row)


def _is_newer(sent_at: datetime | None, row: Notification) -> bool:
    return sent_at is not None and sent_at >= row.created_at
