"""Keys and endpoints that reach a store by a consent; shown to people who may end their access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Expression

from portal.models import ApiKey, Channel, ChannelConsent, KeyMode, Store, WebhookEndpoint
from portal.services.channels.consents import page_of_consents
from portal.services.pagination import Page


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


def channels_of_store(
    store: Store, *, after: int | None = None, before: int | None = None
) -> Page[StoreChannel, int]:
    """Return a page of the channels that the store has ever consented to, the latest first.

    A paused or revoked consent has the keys and endpoints that would use it again.
    """
    page = page_of_consents(store, after=after, before=before)
    ids = [consent.id for consent in page.rows]
    keys = list(programs_reaching(ApiKey, store, ids).where(ApiKey.revoked_at.is_null()))
    endpoints = list(programs_reaching(WebhookEndpoint, store, ids))
    rows = [
        StoreChannel(consent, _of(consent, keys), _of(consent, endpoints)) for consent in page.rows
    ]
    return Page(rows, page.earlier, page.later)


def programs_reaching(table: Any, store: Store, consent_ids: Sequence[int]) -> Any:
    """Return the query of the keys or endpoints that reach a store by these consents.

    Those of a paused or revoked consent would use it again.
    """
    is_chosen_since: Expression = table.stores_chosen_at.is_null() | (
        ChannelConsent.granted_at <= table.stores_chosen_at
    )
    mode = KeyMode.TEST if store.is_test else KeyMode.LIVE
    return (
        table.select(table)
        .join(ChannelConsent, on=ChannelConsent.channel == table.channel)
        .where(
            ChannelConsent.id.in_(consent_ids),
            (table.store == store) | (table.store.is_null() & is_chosen_since),
            table.merchant.is_null(is_null=False) | (table.mode == mode),
        )
        .order_by(table.id)
    )


def _of(consent: ChannelConsent, programs: Any) -> list[Any]:
    return [program for program in programs if program.channel_id == consent.channel_id]
