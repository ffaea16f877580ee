"""Hold the connected stores."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Expression, SmallIntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.webhooks.liveness import WebhookHealth


class Store(Table):
    """Keep one Ecwid store; its number at Ecwid is the key here too.

    ``webhook_url`` is the address that we registered last, ``webhook_registered_at`` is since when
    events are to come. ``webhook_health_changed_at`` is since when ``webhook_health`` is as it is, and
    ``webhook_first_missed_at`` the first change of the store since the last event came. ``probed_at`` is
    when the connection was last looked at and an answer came.
    """

    id = BigIntegerField(primary_key=True)
    name = CharField()
    url = TextField(default="")
    currency = CharField(default="")
    currency_precision = SmallIntegerField(null=True)  # None: as usual for the currency
    timezone = CharField(default="")
    plan_name = CharField(default="")
    plan_level = CharField(default="")
    missing_features = JsonField(default=list)
    features = JsonField(default=list)
    state = CharField(default=StoreState.CONNECTED)
    state_changed_at = UtcDateTimeField(default=utc_now)
    webhook_mode = CharField(null=True)  # None until known: api or app
    webhook_health = CharField(default=WebhookHealth.PENDING)
    webhook_check_due_at = UtcDateTimeField(null=True, default=utc_now, index=True)
    webhook_url = TextField(null=True)
    webhook_registered_at = UtcDateTimeField(null=True)
    webhook_health_changed_at = UtcDateTimeField(null=True)
    webhook_first_missed_at = UtcDateTimeField(null=True)
    last_event_at = UtcDateTimeField(null=True)
    probe_due_at = UtcDateTimeField(null=True, default=utc_now, index=True)
    probed_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=utc_now)
    connected_at = UtcDateTimeField(default=utc_now)

    @property
    def receives_events(self) -> bool:
        """Tell whether the store's webhooks are proven: then comparing may be rarer."""
        return bool(self.webhook_health == WebhookHealth.VERIFIED)

    @property
    def is_working(self) -> bool:
        """Tell whether calls may be made for this store at all."""
        return self.state in WORKING_STATES

    def set_state(self, state: StoreState) -> None:
        """Set the state, and since when, on this object; only `move_store` may keep it so."""
        if self.state != state:
            self.state = state
            self.state_changed_at = utc_now()


# The condition of stores for which API calls are allowed.
IS_WORKING: Expression = Store.state.in_(WORKING_STATES)
