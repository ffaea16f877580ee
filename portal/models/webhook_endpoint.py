"""Webhook endpoints of channels."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from peewee import AutoField, CharField, ForeignKeyField, IntegerField, TextField

from portal.models.api_key import KeyMode
from portal.models.base import Table, utc_now
from portal.models.channel import Channel
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store


class EndpointState(StrEnum):
    """Whether deliveries are sent to an endpoint."""

    ON = "on"
    PAUSED = "paused"  # paused by its merchant
    OFF = "off"  # switched off by the portal


class OffReason(StrEnum):
    """Why the portal switched an endpoint off."""

    FAILING = "failing"  # all attempts failed for as long as the settings allow
    GONE = "gone"  # it returned 410


class WebhookEndpoint(Table):
    """Webhook endpoint of a channel; it gets events of stores that consent to the channel.

    ``store``, ``stores_chosen_at`` and ``mode`` choose among them as in `ApiKey`. ``merchant`` is
    the channel's merchant, None for the operator's channels.

    ``sealed_previous_secret`` is the secret before the last rotation; it also signs until
    ``previous_expires_at``. All attempts since ``failing_since_at`` have failed; ``failures`` is
    their number. ``alerted_percent`` is the last alert threshold of
    `portal.rules.outbound_webhooks.endpoint_health` that the merchant was alerted about. Nothing is
    sent before ``resume_at``.
    """

    id = AutoField()
    channel = ForeignKeyField(Channel, backref="endpoints", on_delete="CASCADE")
    channel_id: int
    merchant = ForeignKeyField(Merchant, null=True, backref="endpoints", on_delete="CASCADE")
    merchant_id: int | None
    store = ForeignKeyField(Store, null=True, backref="endpoints", on_delete="CASCADE")
    store_id: int | None
    stores_chosen_at = UtcDateTimeField(null=True)
    name = CharField()
    mode = CharField(default=KeyMode.LIVE)
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
        """Whether deliveries are sent to this endpoint."""
        return bool(self.state == EndpointState.ON)

    def has_previous_secret(self, now: datetime) -> bool:
        """Return whether the secret before the last rotation still signs."""
        until: datetime | None = self.previous_expires_at
        return self.sealed_previous_secret is not None and until is not None and now < until
