"""Which alerts each channel is notified of; a channel gets each opening once."""

from __future__ import annotations

from peewee import SQL, AutoField, ForeignKeyField

from portal.models.alert import Alert
from portal.models.alert_channel import AlertChannel
from portal.models.alert_message import AlertMessage
from portal.models.base import Table
from portal.models.fields import UtcDateTimeField


class AlertNotice(Table):
    """One alert for one channel; ``message`` is None until it is grouped into a message."""

    id = AutoField()
    alert = ForeignKeyField(Alert, on_delete="CASCADE", index=False)
    alert_id: int
    channel = ForeignKeyField(AlertChannel, on_delete="CASCADE")
    channel_id: int
    message = ForeignKeyField(AlertMessage, null=True, on_delete="CASCADE", backref="notices")
    message_id: int | None
    due_at = UtcDateTimeField()

    class Meta:
        indexes = ((("alert", "channel"), True),)


AlertNotice.add_index(
    AlertNotice.index(
        AlertNotice.due_at, name="alert_notice_waiting", where=SQL("message_id IS NULL")
    )
)
