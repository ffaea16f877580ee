"""Hold the connected stores."""

from __future__ import annotations

from enum import StrEnum

from peewee import BigIntegerField, CharField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.rules.store_states import WORKING_STATES, StoreState


class WebhookHealth(StrEnum):
    """Name how far a store's webhooks are set up and proven."""

    PENDING = "pending"  # to be registered
    WAITING = "waiting"  # registered; no event has come yet
    VERIFIED = "verified"  # at least one event came


class Store(Table):
    """Keep one Ecwid store; its number at Ecwid is the key here too."""

    id = BigIntegerField(primary_key=True)
    name = CharField()
    url = TextField(default="")
    currency = CharField(default="")
    timezone = CharField(default="")
    plan_name = CharField(default="")
    plan_level = CharField(default="")
    missing_features = JsonField(default=list)
    features = JsonField(default=list)
    state = CharField(default=StoreState.CONNECTED)
    state_since_at = UtcDateTimeField(default=utc_now)
    webhook_mode = CharField(null=True)  # None until known: api or app
    webhook_health = CharField(default=WebhookHealth.PENDING)
    webhook_due_at = UtcDateTimeField(null=True, default=utc_now, index=True)
    last_event_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    connected_at = UtcDateTimeField(default=utc_now)

    @property
    def hears_events(self) -> bool:
        """Tell whether the store's webhooks are proven: then comparing may be rarer."""
        return bool(self.webhook_health == WebhookHealth.VERIFIED)

    @property
    def is_working(self) -> bool:
        """Tell whether calls may be made for this store at all."""
        return self.state in WORKING_STATES

    def move_to(self, state: StoreState) -> None:
        """Set the state, and since when, on this object; the caller saves it."""
        if self.state != state:
            self.state = state
            self.state_since_at = utc_now()
