"""Emails to the contacts of channels about issues of stores."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.channel import Channel
from portal.models.fields import UtcDateTimeField
from portal.models.notification import IS_FAILING_EMAIL, NotificationState


class ChannelAlertEmail(Table):
    """Next email to a channel's contact, or the last one; a channel has one row.

    ``changes`` counts changes of the channel's issues that an email must report, and ``reported``
    is that count when the last email was written. ``sending_at`` is set while the mail server takes
    the email: a row that a worker finds in this state may have been sent. ``sent_at`` is the time
    of the last one that was sent. ``error`` has the codes of a failed attempt.
    """

    id = AutoField()
    channel = ForeignKeyField(Channel, unique=True, on_delete="CASCADE")
    channel_id: int
    changes = IntegerField(default=0)
    reported = IntegerField(default=0)
    state = CharField(default=NotificationState.WAITING)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(default=utc_now)
    sending_at = UtcDateTimeField(null=True)
    sent_at = UtcDateTimeField(null=True)


ChannelAlertEmail.add_index(
    ChannelAlertEmail.index(
        ChannelAlertEmail.due_at,
        name="channel_alert_email_waiting",
        where=SQL("state = 'waiting'"),
    )
)
ChannelAlertEmail.add_index(
    ChannelAlertEmail.index(
        ChannelAlertEmail.id, name="channel_alert_email_failing_ids", where=IS_FAILING_EMAIL
    )
)
