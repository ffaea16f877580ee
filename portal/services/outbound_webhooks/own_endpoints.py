"""Create and change the endpoints of merchants, and record the consents of the chosen stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portal.models import ChannelConsent, Merchant, WebhookEndpoint, database
from portal.services.channels.own_channels import choose_stores
from portal.services.outbound_webhooks.endpoints import (
    EndpointSettings,
    NewSecret,
    add_channel_endpoint,
    change_channel_endpoint,
)
from portal.services.runtime import Runtime


def add_endpoint(
    runtime: Runtime, merchant: Merchant, endpoint_settings: EndpointSettings
) -> NewSecret | None:
    """Create an endpoint of the merchant that reaches one store or all present stores.

    Return None if the merchant has `ENDPOINTS_PER_CHANNEL` already. Raises ConsentRefusedError if
    the owner of this store has ended the merchant's access.
    """
    with database.atomic() as transaction:
        chosen = choose_stores(merchant, endpoint_settings.store)
        made = add_channel_endpoint(
            runtime,
            chosen.channel,
            endpoint_settings,
            stores_chosen_at=chosen.chosen_at,
            actor=merchant,
        )
        if made is None:
            transaction.rollback()
            return None
    return replace(made, granted=chosen.granted)


def change_endpoint(
    endpoint: WebhookEndpoint, merchant: Merchant, endpoint_settings: EndpointSettings
) -> Sequence[ChannelConsent]:
    """Change a merchant's endpoint, and return the consents that this recorded.

    Waiting deliveries go to its new address. Choosing all stores again includes those that the
    merchant has joined since. Raises as `add_endpoint`.
    """
    with database.atomic():
        chosen = choose_stores(merchant, endpoint_settings.store)
        change_channel_endpoint(
            endpoint, endpoint_settings, stores_chosen_at=chosen.chosen_at, actor=merchant
        )
    return chosen.granted
