"""Hold the addresses at which channels are told of changes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from peewee import AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class EndpointState(StrEnum):
    """Name whether an endpoint is sent to."""

    ON = "on"
    PAUSED = "paused"  # by its merchant
    OFF = "off"  # by us


class OffReason(StrEnum):
    """Name why we turned an endpoint off."""

    FAILING = "failing"  # all attempts failed for as long as the settings allow
    GONE = "gone"  # it answered 410


class WebhookEndpoint(Table):
    """Keep one address of a merchant; ``store`` None means all stores that the merchant may see.

    ``sealed_previous_secret`` is that of before the last rotation; it signs, too, until
    ``previous_expires_at``. From ``failing_since_at`` on every attempt has failed, ``failures`` of
    them in a row; ``alerted_percent`` is the last mark of
    `portal.rules.outbound_webhooks.endpoint_health` that the merchant was told of. Until
    ``resume_at`` it is left alone.
    """

    id = AutoField()
    merchant = ForeignKeyField(Merchant, backref="endpoints", on_delete="CASCADE")
    merchant_id: int
    store = ForeignKeyField(Store, null=True, backref="endpoints", on_delete="CASCADE")
    store_id: int | None
    name = CharField()
    url = TextField()
    event_types = JsonField(default=list)
    sealed_secret = TextField()
    sealed_previous_secret = TextField(null=True)
    previous_expires_at = UtcDateTimeField(null=True)
    rotated_at = UtcDateTimeField(null=True)
    state = CharField(default=EndpointState.ON)
    state_changed_at = UtcDateTimeField(default=utc_now)
    off_reason = CharField(null=True)
    failing_since_at = UtcDateTimeField(null=True)
    failures = IntegerField(default=0)
    alerted_percent = IntegerField(default=0)
    resume_at = UtcDateTimeField(null=True)
    last_attempt_at = UtcDateTimeField(null=True)
    last_success_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=utc_now)

    @property
    def is_on(self) -> bool:
        """Tell whether it is sent to."""
        return bool(self.state == EndpointState.ON)

    def has_previous_secret(self, now: datetime) -> bool:
        """Tell whether the secret of before the last rotation still signs."""
        until: datetime | None = self.previous_expires_at
        return self.sealed_previous_secret is not None and until is not None and now < until
