"""Selection of an issue's recipients; the daemon writes and sends the digests later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from portal.models import (
    IS_OPERATOR,
    IS_UNLOCKED,
    Issue,
    Membership,
    Merchant,
    Notification,
    NotificationState,
    NotificationTrigger,
    Store,
    utc_now,
)
from portal.rules.connection.issue_kinds import COUNTED_ISSUE_KINDS
from portal.rules.notifications.notification_times import (
    COUNTED_MIN_INTERVAL,
    MIN_INTERVAL,
    email_due_at,
)
from portal.services.notifications.notification_preferences import preferences_of, quiet_hours


def queue_notifications(issue: Issue, trigger: NotificationTrigger) -> None:
    """Record a notification for each recipient, in the transaction that changes the issue.

    Recipients of an opened issue are the store's members, except operators, who get alerts about
    all stores (`portal.services.alerts`). Those of one that continues are the same, without those
    who will get a notification of it anyway. Recipients of a resolved one are those who got, or
    will get, the notification that it was opened. Calling it twice for the same change adds no
    second notification.
    """
    people = _recipients(issue, trigger)
    preferences = preferences_of(people)
    emails, counted = last_emails(people), _last_counted(issue, people)
    zone, now = Store.get_by_id(issue.store_id).timezone, utc_now()
    number = _next_number(issue) if trigger is NotificationTrigger.CONTINUED else 0
    rows = [
        {
            "merchant": person,
            "issue": issue,
            "trigger": trigger,
            "number": number,
            "due_at": email_due_at(
                now,
                last_email_at=emails.get(person.id),
                last_counted_at=counted.get((person.id, issue.store_id)),
                quiet=quiet_hours(preferences[person.id], zone),
            ),
        }
        for person in people
        if issue.kind not in preferences[person.id].muted
    ]
    if rows:
        Notification.insert_many(rows).on_conflict_ignore().execute()


def _recipients(issue: Issue, trigger: NotificationTrigger) -> list[Merchant]:
    if trigger is NotificationTrigger.RESOLVED:
        return _notified_before(issue)
    people = recipients_of(issue.store_id)
    if trigger is NotificationTrigger.OPENED:
        return people
    waiting = Notification.select(Notification.merchant).where(
        Notification.issue == issue, Notification.state == NotificationState.WAITING
    )
    informed = {row.merchant_id for row in waiting}
    return [person for person in people if person.id not in informed]


def _next_number(issue: Issue) -> int:
    last = Notification.select(fn.MAX(Notification.number)).where(Notification.issue == issue)
    return int(last.scalar() or 0) + 1


def recipients_of(store_id: int) -> list[Merchant]:
    """Return the members of the store who get e-mails about it."""
    members = Membership.select(Membership.merchant).where(Membership.store == store_id)
    return list(Merchant.select().where(~IS_OPERATOR, IS_UNLOCKED, Merchant.id.in_(members)))


def member_stores(person: Merchant, store_ids: Iterable[int]) -> set[int]:
    """Return which of these stores the person is a member of."""
    mine = Membership.select(Membership.store).where(
        Membership.merchant == person, Membership.store.in_(set(store_ids))
    )
    return {row.store_id for row in mine}


def last_emails(people: Sequence[Merchant]) -> dict[int, datetime]:
    """Return when each of these people last got a digest within `MIN_INTERVAL`, by merchant id."""
    latest = fn.MAX(Notification.sent_at)
    rows = (
        Notification.select(Notification.merchant, latest.alias("sent_at"))
        .where(Notification.merchant.in_(people), Notification.sent_at > utc_now() - MIN_INTERVAL)
        .group_by(Notification.merchant)
    )
    return {row.merchant_id: row.sent_at for row in rows}


def _last_counted(issue: Issue, people: Sequence[Merchant]) -> dict[tuple[int, int], datetime]:
    if issue.kind not in COUNTED_ISSUE_KINDS:
        return {}
    return last_counted_emails(people, [issue.store_id])


def last_counted_emails(
    people: Sequence[Merchant], store_ids: Iterable[int]
) -> dict[tuple[int, int], datetime]:
    """Return when these people last got a digest about what these stores count.

    The keys are ids of a merchant and a store; digests before `COUNTED_MIN_INTERVAL` are left out.
    """
    latest = fn.MAX(Notification.sent_at)
    rows: Any = (
        Notification.select(Notification.merchant, Issue.store, latest)
        .join(Issue)
        .where(
            Notification.merchant.in_(people),
            Notification.sent_at > utc_now() - COUNTED_MIN_INTERVAL,
            Issue.store.in_(set(store_ids)),
            Issue.kind.in_(sorted(COUNTED_ISSUE_KINDS)),
        )
        .group_by(Notification.merchant, Issue.store)
        .tuples()
    )
    return {(merchant_id, store_id): sent_at for merchant_id, store_id, sent_at in rows}


def _notified_before(issue: Issue) -> list[Merchant]:
    reported = Notification.select(Notification.merchant).where(
        Notification.issue == issue,
        Notification.trigger != NotificationTrigger.RESOLVED,
        Notification.state.not_in((NotificationState.BOUNCED, NotificationState.DROPPED)),
    )
    return list(Merchant.select().where(Merchant.id.in_(reported)))
