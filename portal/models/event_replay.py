"""Hold which events people want to be applied again, and what came of each."""

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
    """Name how far a replay is."""

    RUNNING = "running"
    DONE = "done"
    CANCELED = "canceled"


class EventReplay(Table):
    """Keep the wish that one event, or all that match a filter, be applied again.

    ``event_filter`` is an `EventFilter` as JSON. Events up to the row ``upto_id`` belong to it, those up
    to ``cursor_id`` have been dealt with. ``expected`` is how many matched when it was confirmed, at
    least: ``is_expected_exact`` is false where counting them all would have taken too long.
    Without ``requested_by`` it was an operator's command.
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
    """Keep one event of a replay, how it stood before, and the state it came to.

    ``outcome`` is None until the event is no longer pending, and ``canceled`` where it was put
    back as it stood before.
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
