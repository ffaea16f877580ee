"""Hold the events that Ecwid sent, each exactly once."""

from __future__ import annotations

from enum import StrEnum

from peewee import AutoField, BigIntegerField, CharField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField


class EventState(StrEnum):
    """Name what became of an event."""

    PENDING = "pending"  # to be applied, or tried again, at ``due_at``
    APPLIED = "applied"
    IGNORED = "ignored"  # of a type that is not mirrored
    DEAD = "dead"  # given up after the last attempt; can be replayed


class WebhookEvent(Table):
    """Keep one accepted event. The store need not be known: its consent may still be under way."""

    id = AutoField()
    event_id = CharField(unique=True)
    store_id = BigIntegerField()
    type = CharField()
    entity_id = CharField(null=True)
    event_created_at = UtcDateTimeField()
    received_at = UtcDateTimeField(default=utc_now)
    payload = JsonField()
    state = CharField(default=EventState.PENDING)
    attempts = IntegerField(default=0)
    due_at = UtcDateTimeField(default=utc_now)
    error = TextField(null=True)
    processed_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("store_id", "id"), False), (("state", "store_id", "due_at"), False))
