"""Hold the mails that tell a merchant of a failing endpoint."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.notification import NotificationState
from portal.models.webhook_endpoint import WebhookEndpoint


class EndpointAlert(Table):
    """Keep one mail to an endpoint's merchant.

    ``percent`` is the mark it tells of, 100 that the endpoint is off. ``error`` says why it was not
    sent, in codes.
    """

    id = AutoField()
    endpoint = ForeignKeyField(WebhookEndpoint, on_delete="CASCADE")
    endpoint_id: int
    percent = IntegerField()
    state = CharField(default=NotificationState.WAITING)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    due_at = UtcDateTimeField(default=utc_now)
    sent_at = UtcDateTimeField(null=True)


EndpointAlert.add_index(
    EndpointAlert.index(
        EndpointAlert.due_at,
        name="endpoint_alert_waiting",
        where=SQL("state = 'waiting'"),
    )
)
