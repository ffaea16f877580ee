"""Inbox of webhook events, each stored exactly once."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, AutoField, BigIntegerField, CharField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField


class EventState(StrEnum):
    """State of an event."""

    PENDING = "pending"  # waits for its first or next attempt at ``due_at``
    APPLIED = "applied"
    IGNORED = "ignored"  # of a type that is not mirrored
    DEAD = "dead"  # given up after the last attempt; can be replayed


class WebhookEvent(Table):
    """One accepted event; its store may be unknown while the merchant still connects it.

    ``headers`` are the request headers. ``signing_key`` is the key that made the signature,
    ``current`` or ``previous``. ``batch_limit`` limits how many entities may be read together with
    this event's entity: None means no limit, 1 means that its read made the reads of others fail.
    ``payload`` is a JSON object, None after it was pruned.
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


# A literal, because a database may not use the partial indexes below for a bound value.
IS_PENDING = SQL("state = 'pending'")
IS_DEAD = SQL("state = 'dead'")

# A covering index for a drain, which reads a store's due events in the order of due_at.
WebhookEvent.add_index(
    WebhookEvent.index(
        WebhookEvent.store_id,
        WebhookEvent.due_at,
        WebhookEvent.id,
        WebhookEvent.type,
        WebhookEvent.entity_id,
        WebhookEvent.attempts,
        WebhookEvent.batch_limit,
        # SQLite checks the condition on every row, although the index has only rows that match.
        WebhookEvent.state,
        name="webhook_event_due",
        where=IS_PENDING,
    )
)
# For the number of each store's failed events, in a list of all stores.
WebhookEvent.add_index(
    WebhookEvent.index(WebhookEvent.store_id, name="webhook_event_dead", where=IS_DEAD)
)

# A literal, because a database may not use the partial index below for bound values.
IS_FAILING_EVENT = SQL("(state = 'dead' OR (state = 'pending' AND attempts > 0))")
WebhookEvent.add_index(
    WebhookEvent.index(WebhookEvent.id, name="webhook_event_failing_ids", where=IS_FAILING_EVENT)
)

# Columns of lists; left out are above all the headers and the body.
EVENT_SUMMARY_COLUMNS = (
    WebhookEvent.id,
    WebhookEvent.event_id,
    WebhookEvent.type,
    WebhookEvent.entity_id,
    WebhookEvent.received_at,
    WebhookEvent.state,
)
