"""Deliveries of outbound events to endpoints, with all their attempts."""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    SQL,
    AutoField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.outbound_event import OutboundEvent
from portal.models.webhook_endpoint import WebhookEndpoint


class DeliveryState(StrEnum):
    """Progress of a delivery."""

    WAITING = "waiting"
    FAILED = "failed"  # will be retried
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"  # can be replayed


# A literal, because SQLite uses a partial index only if it sees the same condition.
IS_UNFINISHED = SQL("state IN ('waiting', 'failed')")
IS_WAITING_TEST = SQL("is_test AND state IN ('waiting', 'failed')")


class Delivery(Table):
    """One outbound event to one endpoint.

    ``attempts`` counts from the last replay. ``error`` is the reason of the last failure, or why
    the delivery was given up without an attempt. A test delivery sends an example of its event.
    """

    id = AutoField()
    event = ForeignKeyField(OutboundEvent, on_delete="CASCADE", index=False)
    event_id: int
    endpoint = ForeignKeyField(WebhookEndpoint, on_delete="CASCADE", index=False)
    endpoint_id: int
    state = CharField(default=DeliveryState.WAITING)
    is_test = BooleanField(default=False)
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

Delivery.add_index(
    Delivery.index(
        Delivery.endpoint, Delivery.due_at, name="delivery_waiting_tests", where=IS_WAITING_TEST
    )
)

# A literal, because a database may not use the partial index below for bound values.
IS_FAILING_DELIVERY = SQL("state IN ('failed', 'given_up')")
Delivery.add_index(
    Delivery.index(Delivery.id, name="delivery_failing_ids", where=IS_FAILING_DELIVERY)
)


class DeliveryAttempt(Table):
    """One attempt, saved before anything is sent.

    If ``status``, ``duration_ms`` and ``error`` are all None, the process ended before it saved a
    result. ``response_body`` is the start of the response body.
    """

    id = AutoField()
    delivery = ForeignKeyField(Delivery, on_delete="CASCADE")
    delivery_id: int
    started_at = UtcDateTimeField(default=utc_now)
    status = IntegerField(null=True)
    duration_ms = IntegerField(null=True)
    error = TextField(null=True)
    response_body = TextField(default="")
