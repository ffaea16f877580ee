"""Alerts by e-mail about failing endpoints."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.notification import IS_FAILING_EMAIL, NotificationState
from portal.models.webhook_endpoint import WebhookEndpoint


class EndpointAlert(Table):
    """Alert to the merchant of an endpoint, or to the contact of its channel.

    ``percent`` is the threshold that was reached; 100 means that the endpoint was switched off.
    ``error`` has the codes of a failed attempt to send the email.
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
EndpointAlert.add_index(
    EndpointAlert.index(EndpointAlert.id, name="endpoint_alert_failing_ids", where=IS_FAILING_EMAIL)
)
