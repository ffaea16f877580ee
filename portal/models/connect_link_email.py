"""Emails with a connect link: the invitation and its reminders."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.notification import IS_FAILING_EMAIL, NotificationState
from portal.models.onboarding import Onboarding


class ConnectLinkEmail(Table):
    """Email to the merchant whom a connect link invites; each kind is one row.

    An operator who mails the invitation again resets its row. ``kind`` is a `ConnectLinkEmailKind`.
    ``sending_at`` is set while the mail server takes the email: a row that a worker finds in this
    state may have been sent. ``error`` has the codes of a failed attempt.
    """

    id = AutoField()
    onboarding = ForeignKeyField(Onboarding, on_delete="CASCADE", index=False)
    onboarding_id: int
    kind = CharField()
    state = CharField(default=NotificationState.WAITING)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(default=utc_now)
    sending_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("onboarding", "kind"), True),)


ConnectLinkEmail.add_index(
    ConnectLinkEmail.index(
        ConnectLinkEmail.due_at,
        name="connect_link_email_waiting",
        where=SQL("state = 'waiting'"),
    )
)
ConnectLinkEmail.add_index(
    ConnectLinkEmail.index(
        ConnectLinkEmail.id, name="connect_link_email_failing_ids", where=IS_FAILING_EMAIL
    )
)
