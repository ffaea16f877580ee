"""E-mail notifications about issues, and their delivery."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.issue import Issue
from portal.models.merchant import Merchant


class NotificationTrigger(StrEnum):
    """Which change of an issue triggers the notification."""

    OPENED = "opened"
    CONTINUED = "continued"  # an open issue counts more rows
    RESOLVED = "resolved"


class NotificationState(StrEnum):
    """Progress of a notification."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # the last attempt failed, too
    BOUNCED = "bounced"  # refused permanently
    DROPPED = "dropped"  # obsolete before it was sent


UNDELIVERED_STATES = (NotificationState.FAILED, NotificationState.BOUNCED)


class Notification(Table):
    """One notification to one person; each combination is sent once.

    ``digest_id`` identifies the digest that contains the notification: the lowest id of its
    notifications. It is None while the digest may still grow. ``number`` counts how often the
    issue was reported as continued, this time included; it is 0 for other triggers. ``error`` has
    the codes of a failure, never the server's message.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE", index=False)
    merchant_id: int
    issue = ForeignKeyField(Issue, on_delete="CASCADE", index=False)
    issue_id: int
    trigger = CharField()
    number = IntegerField(default=0)
    medium = CharField(default="email")
    state = CharField(default=NotificationState.WAITING)
    digest_id = IntegerField(null=True)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(default=utc_now)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("issue", "merchant", "trigger", "medium", "number"), True),
            (("merchant", "sent_at"), False),
            (("state", "id"), False),
        )


Notification.add_index(
    Notification.index(
        Notification.due_at,
        Notification.merchant,
        name="notification_waiting",
        where=SQL("state = 'waiting'"),
    )
)

# A literal, because a database may not use the partial index below for bound values. With an OR
# instead, SQLite would use the index of the state.
IS_FAILING_EMAIL = SQL(
    "CASE WHEN state = 'waiting' THEN attempts > 0 ELSE state IN ('failed', 'bounced') END"
)
Notification.add_index(
    Notification.index(Notification.id, name="notification_failing_ids", where=IS_FAILING_EMAIL)
)
