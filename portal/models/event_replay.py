"""Replays of webhook events, with the outcome of each event."""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
)

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store
from portal.models.webhook_event import WebhookEvent


class ReplayState(StrEnum):
    """Progress of a replay."""

    RUNNING = "running"
    DONE = "done"
    CANCELED = "canceled"


class EventReplay(Table):
    """Request to apply one event, or all events that match a filter, again.

    ``event_filter`` is an `EventFilter` as JSON. The replay covers events up to the id ``upto_id``;
    those up to ``cursor_id`` are processed. ``expected`` is the number of matching events at
    confirmation, or a lower bound if ``is_expected_exact`` is False, because counting took too
    long. ``requested_by`` is None for an operator's command.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE")
    store_id: int
    event_filter = JsonField()
    state = CharField(default=ReplayState.RUNNING)
    upto_id = IntegerField()
    cursor_id = IntegerField(default=0)
    expected = IntegerField()
    is_expected_exact = BooleanField(default=True)
    requested_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    requested_at = UtcDateTimeField(default=utc_now)
    canceled_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    finished_at = UtcDateTimeField(null=True)


class ReplayedEvent(Table):
    """One event of a replay with its state before and after.

    ``outcome`` is None while the event is pending, and ``canceled`` if its previous state was
    restored.
    """

    CANCELED = "canceled"

    replay = ForeignKeyField(EventReplay, on_delete="CASCADE", index=False)
    replay_id: int
    event = ForeignKeyField(WebhookEvent, on_delete="CASCADE")
    event_id: int
    state_before = CharField()
    attempts_before = IntegerField()
    outcome = CharField(null=True)

    class Meta:
        primary_key = CompositeKey("replay", "event")
        indexes = ((("replay", "outcome"), False),)
