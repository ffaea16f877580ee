"""Consents of stores to channels."""

from __future__ import annotations

from peewee import SQL, AutoField, CharField, ForeignKeyField, SmallIntegerField

from portal.models.base import Table, utc_now
from portal.models.channel import Channel
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store
from portal.rules.channels.channel_states import ConsentStatus


class ChannelConsent(Table):
    """Consent of one store to one channel; without an active one the channel can't see the store.

    ``scopes`` limits every key of the channel. ``granted_by`` is None if the account was
    deleted. ``external_reference`` is the channel's own name of the store. ``last_used_at`` is
    precise to the minute. ``stock_buffer`` and ``selling_paused_at`` are the channel's terms of
    sale; see `SaleTerms`. ``selling_paused_by`` is a `SellingSide`, ``selling_pause_reason`` a
    `SellingPauseReason` or None.
    """

    id = AutoField()
    channel = ForeignKeyField(Channel, on_delete="CASCADE", index=False)
    channel_id: int
    store = ForeignKeyField(Store, backref="channel_consents", on_delete="CASCADE")
    store_id: int
    scopes = JsonField(default=list)
    status = CharField(default=ConsentStatus.ACTIVE)
    granted_at = UtcDateTimeField(default=utc_now)
    granted_by = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    granted_by_id: int | None
    changed_at = UtcDateTimeField(default=utc_now)
    external_reference = CharField(null=True)
    last_used_at = UtcDateTimeField(null=True)
    stock_buffer = SmallIntegerField(default=0)
    selling_paused_at = UtcDateTimeField(null=True)
    selling_paused_by = CharField(null=True)
    selling_pause_reason = CharField(null=True)
    is_read_only: bool  # only of consents that a key uses: its merchant may change nothing

    class Meta:
        indexes = ((("channel", "store"), True),)


# For the stores that have paused a channel, or selling through it.
IS_PAUSED_CONSENT = SQL(
    "(status = 'paused' OR (status = 'active' AND selling_paused_at IS NOT NULL))"
)
ChannelConsent.add_index(
    ChannelConsent.index(
        ChannelConsent.store, name="channel_consent_paused", where=IS_PAUSED_CONSENT
    )
)
