"""Access of the senders of orders and order updates when these are about to be sent.

A store may be down for hours, so what a channel has sent can wait for longer than its access lasts.
"""

from __future__ import annotations

from portal.models import Channel, ChannelConsent, KeyMode, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ChannelStatus, ConsentStatus
from portal.services.channels.reach import IS_READ_ONLY
from portal.services.channels.sale_terms import channel_of_sender


def has_access(store_id: int, sender: str, mode: str | None = None) -> bool:
    """Return whether a sender may still write orders of the store.

    People always may: they are checked when they send. A channel needs an active consent to it; one
    that operators have paused finishes what it has begun, a closed one doesn't. ``mode`` is that of
    the channel's key, None if it is unknown: a store may have become a live one since.
    """
    channel_id = channel_of_sender(sender)
    if channel_id is None:
        return True
    active = (
        ChannelConsent.select(ChannelConsent.scopes)
        .join_from(ChannelConsent, Channel)
        .join_from(ChannelConsent, Store)
        .where(
            ChannelConsent.channel == channel_id,
            ChannelConsent.store == store_id,
            ChannelConsent.status == ConsentStatus.ACTIVE,
            Channel.status != ChannelStatus.CLOSED,
            ~IS_READ_ONLY,
        )
    )
    if mode is not None:
        is_for_test_stores = mode == KeyMode.TEST
        is_of_mode = Store.is_test == is_for_test_stores
        active = active.where(Channel.merchant.is_null(is_null=False) | is_of_mode)
    consent = active.first()
    return consent is not None and KeyScope.WRITE_ORDERS in consent.scopes
