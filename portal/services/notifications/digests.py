"""Make letters of what people are to be told, and leave out what they need not be told any more."""

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
    """Return the condition for what waits and is to be told now."""
    waits: Expression = Notification.state == NotificationState.WAITING
    due: Expression = waits & (Notification.due_at <= utc_now())
    return due


def pending_notifications(recipient: Merchant) -> ModelSelect[Notification]:
    """Return the query of what waits for a person, with its issues and stores."""
    return (
        Notification.select(Notification, Issue, Store)
        .join(Issue)
        .join(Store)
        .where(
            Notification.merchant == recipient,
            # Leads along the index past all that was sent.
            Notification.sent_at.is_null(),
            Notification.state == NotificationState.WAITING,
        )
        .order_by(Notification.id)
    )


def build_digest(recipient: Merchant) -> None:
    """Put all that waits for a person into one letter, if any of it is due.

    When it may not go yet, because of a letter just sent or of the hours, it waits until then.
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
    """Drop from a letter what its reader may not, will not or need not be told; return the rest."""
    stores = {row.issue.store_id for row in rows}
    allowed = stores if recipient.is_operator else member_stores(recipient, stores)
    muted, covered = preference_of(recipient).muted, _covered_by_other_emails(recipient, rows)
    kept = []
    for row in rows:
        if row.issue.store_id not in allowed:
            _drop(row, "no longer looks after the store")
        elif row.issue.kind in muted:
            _drop(row, "switched off")
        elif row.id in covered:
            _drop(row, "told already")
        else:
            kept.append(row)
    return kept


def _drop(row: Notification, reason: str) -> None:
    Notification.update(state=NotificationState.DROPPED, error=reason).where(
        Notification.id == row.id
    ).execute()


def _covered_by_other_emails(recipient: Merchant, rows: Sequence[Notification]) -> set[int]:
    """Return which of these say nothing new, because letters overtook each other.

    A letter tells how an issue stands when it is sent: one that was held up tells of the end, too,
    and one about the end tells that there was a beginning.
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
