"""Keys and endpoints that reach a store by a consent; shown to people who may end their access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Expression

from portal.models import ApiKey, Channel, ChannelConsent, KeyMode, Store, WebhookEndpoint
from portal.services.channels.consents import consents_of_store


@dataclass(frozen=True)
class StoreChannel:
    """A consent of a store, with the valid keys and the endpoints that use it."""

    consent: ChannelConsent
    keys: Sequence[ApiKey]
    endpoints: Sequence[WebhookEndpoint]

    @property
    def channel(self) -> Channel:
        """Return the channel that the store has consented to."""
        channel: Channel = self.consent.channel
        return channel


def channels_of_store(store: Store) -> list[StoreChannel]:
    """Return the channels that the store has ever consented to, the latest first.

    A paused or revoked consent has the keys and endpoints that would use it again.
    """
    consents = consents_of_store(store)
    keys = _reaching(ApiKey, store).where(ApiKey.revoked_at.is_null())
    endpoints = _reaching(WebhookEndpoint, store)
    return [
        StoreChannel(consent, _of(consent, keys), _of(consent, endpoints)) for consent in consents
    ]


def _reaching(table: Any, store: Store) -> Any:
    is_chosen_since: Expression = table.stores_chosen_at.is_null() | (
        ChannelConsent.granted_at <= table.stores_chosen_at
    )
    mode = KeyMode.TEST if store.is_test else KeyMode.LIVE
    return (
        table.select(table)
        .join(ChannelConsent, on=ChannelConsent.channel == table.channel)
        .where(
            ChannelConsent.store == store,
            (table.store == store) | (table.store.is_null() & is_chosen_since),
            table.merchant.is_null(is_null=False) | (table.mode == mode),
        )
        .order_by(table.id)
    )


def _of(consent: ChannelConsent, programs: Any) -> list[Any]:
    return [program for program in programs if program.channel_id == consent.channel_id]
