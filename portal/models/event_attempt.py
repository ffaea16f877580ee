"""Attempts to apply an event: time, worker, API calls and outcome.

A batch reads up to 100 entities in one call and may serve thousands of events, so the facts that
they share have their own row.
"""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from portal.models.base import Table
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.webhook_event import WebhookEvent


class AttemptOutcome(StrEnum):
    """Outcome of an attempt."""

    APPLIED = "applied"
    IGNORED = "ignored"  # events of this type need no work
    OWN_WRITE = "own_write"  # applied: an own write, which the mirror already has
    FAILED = "failed"  # counted; the event is dead after the last attempt
    POSTPONED = "postponed"  # not counted, because the event is not the cause; it is retried


class EventBatch(Table):
    """Time, worker and API calls that the events of a batch share.

    ``worker`` is ``host.queue.process``. ``calls`` is a list of ``{"method", "path", "status",
    "ms"}`` in order, without queries and so without customer data; ``status`` is None without a
    response.
    """

    id = AutoField()
    store_id = BigIntegerField()
    topic = CharField()
    worker = CharField()
    started_at = UtcDateTimeField()
    ended_at = UtcDateTimeField()
    entities = IntegerField()
    events = IntegerField()
    calls = JsonField()


class EventAttempt(Table):
    """Outcome of one batch for one event; ``number`` is the attempt's number if it counts."""

    event = ForeignKeyField(WebhookEvent, on_delete="CASCADE", index=False)
    event_id: int
    batch = ForeignKeyField(EventBatch, on_delete="CASCADE")
    batch_id: int
    number = IntegerField()
    outcome = CharField()
    error = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("event", "batch")
