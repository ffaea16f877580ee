"""Hold how many webhook deliveries had which problem, hour by hour."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, CompositeKey

from portal.models.base import Table
from portal.models.fields import UtcDateTimeField

# Stands for all deliveries that name no store we know: a stranger must not fill the table.
NO_STORE = 0


class RejectedWebhookCount(Table):
    """Keep how often a problem was met within the hour from ``hour_at`` on, and when last.

    The address that sent it is personal data, and is not kept.
    """

    hour_at = UtcDateTimeField()
    reason = CharField()
    store_id = BigIntegerField(default=NO_STORE)
    receipts = BigIntegerField()
    last_received_at = UtcDateTimeField()

    class Meta:
        primary_key = CompositeKey("hour_at", "reason", "store_id")
