"""Deliveries of messages to alert channels, with the result of the last attempt."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.alert_message import AlertMessage
from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.notification import NotificationState


class AlertDelivery(Table):
    """One message to one receiver: an operator, or the channel's URL if ``recipient`` is None.

    ``status`` is the HTTP status of the last response. ``error`` is a key of `DELIVERY_ERRORS` or
    has the codes of a mail failure.
    """

    id = AutoField()
    message = ForeignKeyField(AlertMessage, on_delete="CASCADE", backref="deliveries")
    message_id: int
    recipient = ForeignKeyField(Merchant, null=True, on_delete="CASCADE")
    recipient_id: int | None
    state = CharField(default=NotificationState.WAITING)
    attempts = IntegerField(default=0)
    status = IntegerField(null=True)
    error = TextField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(default=utc_now)
    sent_at = UtcDateTimeField(null=True)


AlertDelivery.add_index(
    AlertDelivery.index(
        AlertDelivery.due_at, name="alert_delivery_waiting", where=SQL("state = 'waiting'")
    )
)
