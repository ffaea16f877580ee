"""Hold the events that Ecwid sent, each exactly once."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, AutoField, BigIntegerField, CharField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField


class EventState(StrEnum):
    """Name what became of an event."""

    PENDING = "pending"  # to be applied, or tried again, at ``due_at``
    APPLIED = "applied"
    IGNORED = "ignored"  # of a type that is not mirrored
    DEAD = "dead"  # given up after the last attempt; can be replayed


class WebhookEvent(Table):
    """Keep one accepted event. The store need not be known: its consent may still be under way.

    ``headers`` are those it came with, ``signing_key`` is the key that its signature was made with:
    ``current`` or ``previous``. ``batch_limit`` is how many entities may be read together with the one
    it names; None is no limit, and one means that it was found to spoil the reads of others.
    ``payload`` is a JSON object, and None once it was pruned.
    """

    id = AutoField()
    event_id = CharField(unique=True)
    store_id = BigIntegerField()
    type = CharField()
    entity_id = CharField(null=True)
    event_created_at = UtcDateTimeField()
    received_at = UtcDateTimeField(default=utc_now)
    headers = JsonField(null=True)
    signing_key = CharField(null=True)
    payload = JsonField()
    state = CharField(default=EventState.PENDING)
    attempts = IntegerField(default=0)
    batch_limit = IntegerField(null=True)
    due_at = UtcDateTimeField(default=utc_now)
    error = TextField(null=True)
    processed_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = (
            (("store_id", "id"), False),
            (("store_id", "type", "state", "id"), False),
            (("store_id", "entity_id", "id"), False),
        )


# As a literal: of a value that is bound, a database may not see that the index below will do.
IS_PENDING = SQL("state = 'pending'")

# A drain reads what it needs of a store's due events from this index alone, in the order of due_at.
WebhookEvent.add_index(
    WebhookEvent.index(
        WebhookEvent.store_id,
        WebhookEvent.due_at,
        WebhookEvent.id,
        WebhookEvent.type,
        WebhookEvent.entity_id,
        WebhookEvent.attempts,
        WebhookEvent.batch_limit,
        # SQLite asks every row for the condition, though the index has none where it isn't met.
        WebhookEvent.state,
        name="webhook_event_due",
        where=IS_PENDING,
    )
)
