"""Hold whom we tell by mail about which issue, and what became of it."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.issue import Issue
from portal.models.merchant import Merchant


class NotificationTrigger(StrEnum):
    """Name what of an issue is told."""

    OPENED = "opened"
    RESOLVED = "resolved"


class NotificationState(StrEnum):
    """Name how far a notification is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # the last attempt failed, too
    BOUNCED = "bounced"  # refused for good
    DROPPED = "dropped"  # no longer to be told


UNDELIVERED_STATES = (NotificationState.FAILED, NotificationState.BOUNCED)


class Notification(Table):
    """Keep one thing that one person is to be told; each is told once.

    ``digest_id`` is the number of the letter that it goes with, which is the lowest id of those in it;
    None while more may gather. ``error`` says why it was not sent, in codes, never in a server's
    words.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, on_delete="CASCADE", index=False)
    merchant_id: int
    issue = ForeignKeyField(Issue, on_delete="CASCADE", index=False)
    issue_id: int
    trigger = CharField()
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
            (("issue", "merchant", "trigger", "medium"), True),
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
