"""Hold which message goes to which endpoint, and every attempt to bring it there."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.outbound_event import OutboundEvent
from portal.models.webhook_endpoint import WebhookEndpoint


class DeliveryState(StrEnum):
    """Name how far a delivery is."""

    WAITING = "waiting"
    FAILED = "failed"  # it is tried again
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"  # it can be replayed


# Written out, so that SQLite sees that its index of these serves.
IS_UNFINISHED = SQL("state IN ('waiting', 'failed')")


class Delivery(Table):
    """Keep one message on its way to one endpoint.

    ``attempts`` are counted from the last replay. ``error`` says why it failed last, or was given
    up without an attempt.
    """

    id = AutoField()
    event = ForeignKeyField(OutboundEvent, on_delete="CASCADE", index=False)
    event_id: int
    endpoint = ForeignKeyField(WebhookEndpoint, on_delete="CASCADE", index=False)
    endpoint_id: int
    state = CharField(default=DeliveryState.WAITING)
    attempts = IntegerField(default=0)
    error = TextField(null=True)
    due_at = UtcDateTimeField(default=utc_now)
    finished_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("event", "endpoint"), True),
            (("endpoint", "id"), False),
            (("endpoint", "state", "id"), False),
        )


Delivery.add_index(
    Delivery.index(
        Delivery.endpoint,
        Delivery.due_at,
        name="delivery_unfinished",
        where=IS_UNFINISHED,
    )
)


class DeliveryAttempt(Table):
    """Keep one attempt; it is there before anything is sent.

    ``status``, ``duration_ms`` and ``error`` None together: its process ended before an answer was noted.
    ``response_body`` is how the answer's body began.
    """

    id = AutoField()
    delivery = ForeignKeyField(Delivery, on_delete="CASCADE")
    delivery_id: int
    started_at = UtcDateTimeField(default=utc_now)
    status = IntegerField(null=True)
    duration_ms = IntegerField(null=True)
    error = TextField(null=True)
    response_body = TextField(default="")
