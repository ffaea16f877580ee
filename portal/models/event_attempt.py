"""Hold every attempt to apply an event: when, by whom, with which API calls, and what came of it.

A batch reads up to 100 entities in one call and may serve thousands of events, so what they share
is a row of its own.
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
    """Name what came of an attempt."""

    APPLIED = "applied"
    IGNORED = "ignored"  # nothing to do for an event of this kind
    OWN_WRITE = "own_write"  # applied: it tells of our own write, which is here already
    FAILED = "failed"  # counted: after the last one an event is dead
    POSTPONED = "postponed"  # not counted: not this event's fault, it is tried again


class EventBatch(Table):
    """Keep what the events of one batch share: the time, the worker and the calls.

    ``worker`` is ``host.queue.process``; ``calls`` is a list of ``{"method", "path", "status",
    "ms"}`` in their order, without query, so without any customer's data; status None is no answer.
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
    """Keep what one batch meant for one event; ``number`` is the attempt that it would count as."""

    event = ForeignKeyField(WebhookEvent, on_delete="CASCADE", index=False)
    event_id: int
    batch = ForeignKeyField(EventBatch, on_delete="CASCADE")
    batch_id: int
    number = IntegerField()
    outcome = CharField()
    error = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("event", "batch")
