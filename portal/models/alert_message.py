"""Messages to alert channels: each groups what opened within a minute."""

from __future__ import annotations

from enum import StrEnum
from uuid import uuid4

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField

from portal.models.alert_channel import AlertChannel
from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField


class AlertPurpose(StrEnum):
    """Why a message is sent."""

    OPENED = "opened"
    RECOVERED = "recovered"  # all alerts of an earlier message are resolved
    DIGEST = "digest"
    TEST = "test"


def new_uid() -> str:
    """Return a new message id, the same for all attempts."""
    return f"alert_{uuid4().hex}"


class AlertMessage(Table):
    """One message of a channel; ``uid`` lets a receiver recognize a repeated attempt.

    ``opening_id`` is the message whose alerts a recovery note reports as resolved. ``recovered_at``
    is when all alerts of an opening message were resolved.
    """

    id = AutoField()
    uid = CharField(unique=True, default=new_uid)
    channel = ForeignKeyField(AlertChannel, on_delete="CASCADE")
    channel_id: int
    purpose = CharField()
    opening_id = IntegerField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    recovered_at = UtcDateTimeField(null=True)


AlertMessage.add_index(
    AlertMessage.index(
        AlertMessage.channel,
        name="alert_message_unrecovered",
        where=SQL("purpose = 'opened' AND recovered_at IS NULL"),
    )
)
