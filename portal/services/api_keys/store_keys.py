"""API keys of all makers that reach a store, and which of them its owner may revoke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from portal.models import (
    ApiKey,
    ChannelConsent,
    Membership,
    Merchant,
    Role,
    Store,
)
from portal.rules.channels.channel_states import ConsentStatus
from portal.services.api_keys.channel_keys import revoke_channel_key
from portal.services.channels.store_programs import programs_reaching


def keys_of_consent(store: Store, consent: ChannelConsent) -> Sequence[ApiKey]:
    """Return the valid keys that reach the store by a consent, newest first.

    Of a paused or revoked consent these are the keys that would use it again.
    """
    keys = programs_reaching(ApiKey, store, [consent.id]).where(ApiKey.revoked_at.is_null())
    return list(keys.order_by(ApiKey.id.desc()))


def revocable_by(owner: Merchant, consent: ChannelConsent, keys: Sequence[ApiKey]) -> set[int]:
    """Return the ids of those keys that reach only stores of ``owner``.

    A key that also reaches other stores isn't the owner's to revoke, nor is one of a marketplace's
    channel: there the owner ends the access of the channel.
    """
    if consent.channel.merchant_id is None or consent.status == ConsentStatus.REVOKED:
        return set()
    mine = _owned_stores(owner)
    granted = {
        row.store_id: row.granted_at
        for row in ChannelConsent.select().where(
            ChannelConsent.channel == consent.channel_id,
            ChannelConsent.status != ConsentStatus.REVOKED,
        )
    }
    return {key.id for key in keys if _stores_of(key, granted) <= mine}


def revoke_key_of_store(owner: Merchant, consent: ChannelConsent, key_id: int) -> ApiKey | None:
    """Revoke a key that reaches only stores of ``owner``; None if there is no such key."""
    keys = keys_of_consent(consent.store, consent)
    if key_id not in revocable_by(owner, consent, keys):
        return None
    return revoke_channel_key(consent.channel, key_id, actor=owner)


def _owned_stores(owner: Merchant) -> set[int]:
    rows = Membership.select(Membership.store).where(
        Membership.merchant == owner, Membership.role == Role.OWNER
    )
    return {row.store_id for row in rows}


def _stores_of(key: ApiKey, granted: Mapping[int, datetime]) -> set[int]:
    """Return the stores that a key reaches by these consents, or would if they were resumed."""
    if key.store_id is not None:
        return {key.store_id}
    chosen_at = key.stores_chosen_at
    return {each for each, at in granted.items() if chosen_at is None or at <= chosen_at}
