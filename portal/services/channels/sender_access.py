"""Access of the senders of orders and order updates when these are about to be sent.

A store may be down for hours, so what a channel has sent can wait for longer than its access lasts.
"""

from __future__ import annotations

from portal.models import Channel, ChannelConsent
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ChannelStatus, ConsentStatus
from portal.services.channels.sale_terms import CHANNEL_SENDER


def has_access(store_id: int, sender: str) -> bool:
    """Return whether a sender may still write orders of the store.

    People always may: they are checked when they send. A channel needs an active consent to it; one
    that operators have paused finishes what it has begun, a closed one doesn't.
    """
    kind, _, number = sender.partition(" ")
    if kind != CHANNEL_SENDER or not number.isdecimal():
        return True
    consent = (
        ChannelConsent.select(ChannelConsent.scopes)
        .join(Channel)
        .where(
            ChannelConsent.channel == int(number),
            ChannelConsent.store == store_id,
            ChannelConsent.status == ConsentStatus.ACTIVE,
            Channel.status != ChannelStatus.CLOSED,
        )
        .first()
    )
    return consent is not None and KeyScope.WRITE_ORDERS in consent.scopes
