"""Hourly counts of rejected webhooks by reason."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, CompositeKey

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField

# Used for all webhooks that name no known store, so that strangers can't fill the table.
NO_STORE = 0


class RejectedWebhookCount(Table):
    """Count of rejected webhooks with one reason in the hour that starts at ``hour_at``.

    The sender's IP address is personal data and is not stored.
    """

    hour_at = UtcDateTimeField()
    reason = CharField()
    store_id = BigIntegerField(default=NO_STORE)
    receipts = BigIntegerField()
    last_received_at = UtcDateTimeField()

    class Meta:
        primary_key = CompositeKey("hour_at", "reason", "store_id")
