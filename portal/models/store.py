"""Connected stores."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    Expression,
    SmallIntegerField,
    TextField,
)

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.orders.currency_format import CurrencyFormat, read_currency_format
from portal.rules.orders.pricing import Currency
from portal.rules.webhooks.liveness import WebhookHealth


class Store(Table):
    """One Ecwid store; its primary key is its id at Ecwid.

    ``webhook_url`` is the URL registered last; events are expected since ``webhook_registered_at``.
    ``webhook_health`` has its value since ``webhook_health_changed_at``.
    ``webhook_first_missed_at`` is the store's first change after the last event. ``probed_at`` is
    the last connection check that got a response. ``is_closed`` means that the merchant has closed
    the storefront; the store is still read, and new orders are refused. ``is_test`` means that the
    marketplace's channels reach it with test keys only. ``requires_second_factor`` means that
    members of the team without one don't reach it.
    """

    id = BigIntegerField(primary_key=True)
    name = CharField()
    url = TextField(default="")
    currency = CharField(default="")
    currency_precision = SmallIntegerField(null=True)  # None: the currency's default
    currency_format = JsonField(null=True)  # None: the language's format of the currency
    order_status_names = JsonField(null=True)  # by status; None until read
    profile_details = JsonField(null=True)  # for channels; None until read
    timezone = CharField(default="")
    plan_name = CharField(default="")
    plan_level = CharField(default="")
    missing_features = JsonField(default=list)
    features = JsonField(default=list)
    is_closed = BooleanField(default=False)
    is_test = BooleanField(default=False)
    requires_second_factor = BooleanField(default=False)
    state = CharField(default=StoreState.CONNECTED)
    state_changed_at = UtcDateTimeField(default=utc_now)
    webhook_mode = CharField(null=True)  # api or app; None until known
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
    first_imported_at = UtcDateTimeField(null=True)  # None until the first import is complete

    @property
    def money_currency(self) -> Currency:
        """Return the currency with the precision that the store charges."""
        return Currency.of(self.currency, self.currency_precision)

    @property
    def money_format(self) -> CurrencyFormat | None:
        """Return the store's own format of amounts; None while it is unknown."""
        return read_currency_format(self.currency_format)

    @property
    def receives_events(self) -> bool:
        """Whether the store's webhooks are verified, so that syncs can be less frequent."""
        return bool(self.webhook_health == WebhookHealth.VERIFIED)

    @property
    def is_working(self) -> bool:
        """Whether API calls are allowed for this store."""
        return self.state in WORKING_STATES

    def set_state(self, state: StoreState) -> None:
        """Set the state and its time on this object; only `apply_transition` may save it."""
        if self.state != state:
            self.state = state
            self.state_changed_at = utc_now()


# Query condition for stores with API calls allowed.
IS_WORKING: Expression = Store.state.in_(WORKING_STATES)
