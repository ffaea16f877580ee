"""API keys of merchants, and the authentication of all keys.

`portal.services.api_keys.channel_keys` documents how a key looks.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from portal.models import (
    IS_UNLOCKED,
    ApiKey,
    Channel,
    Merchant,
    Store,
    database,
    utc_now,
)
from portal.rules.channels.channel_states import ChannelStatus
from portal.services.api_keys.channel_keys import (
    NewKey,
    add_key,
    hash_secret,
    keys_of_channel,
    revoke_channel_key,
    rotate_channel_key,
    split_key,
)
from portal.services.channels.own_channels import choose_stores, find_own_channel
from portal.services.channels.reach import consent_reached

LAST_USED_RESOLUTION = timedelta(minutes=1)


def create_key(
    merchant: Merchant, name: str, scopes: Iterable[str], store: Store | None = None
) -> NewKey | None:
    """Create a key for one store, or for all present stores of the merchant.

    Return None if the merchant has `KEYS_PER_CHANNEL` already. The caller checks that the store
    belongs to the merchant. Raises ConsentRefusedError if the owner of this store has ended the
    merchant's access.
    """
    with database.atomic() as transaction:
        chosen = choose_stores(merchant, store)
        made = add_key(
            chosen.channel,
            name,
            scopes,
            store=store,
            stores_chosen_at=chosen.chosen_at,
            actor=merchant,
        )
        if made is None:
            transaction.rollback()
            return None
    return replace(made, granted=chosen.granted)


def rotate_key(merchant: Merchant, key_id: int) -> NewKey | None:
    """Return the key with a new secret, None if it isn't the merchant's.

    The old secret works during `ROTATION_GRACE`.
    """
    channel = find_own_channel(merchant)
    return None if channel is None else rotate_channel_key(channel, key_id, actor=merchant)


def revoke_key(merchant: Merchant, key_id: int) -> ApiKey | None:
    """Revoke the key at once and return it; None if it isn't the merchant's or is revoked."""
    channel = find_own_channel(merchant)
    return None if channel is None else revoke_channel_key(channel, key_id, actor=merchant)


def keys_of(merchant: Merchant) -> Sequence[ApiKey]:
    """Return the merchant's keys, newest first, with the last revoked keys at the end."""
    channel = find_own_channel(merchant)
    return [] if channel is None else keys_of_channel(channel)


def authenticate_key(text: str) -> ApiKey | None:
    """Return the valid key with this text, or None; record the time of use to the minute.

    The keys of a locked account are invalid until it is unlocked, those of a paused channel until
    it is resumed. The key comes with its channel and its merchant.
    """
    prefix, secret = split_key(text)
    if not secret:
        return None
    key: ApiKey | None = (
        ApiKey.select(ApiKey, Channel, Merchant)
        .join_from(ApiKey, Channel)
        .join_from(ApiKey, Merchant, "LEFT JOIN")
        .where(
            ApiKey.prefix == prefix,
            ApiKey.revoked_at.is_null(),
            ApiKey.expires_at.is_null() | (ApiKey.expires_at > utc_now()),
            Channel.status == ChannelStatus.ACTIVE,
            Merchant.id.is_null() | IS_UNLOCKED,
        )
        .first()
    )
    if key is None or not _is_secret_of(key, secret):
        return None
    _record_use(key)
    return key


def merchant_of_refused_key(text: str) -> Merchant | None:
    """Return the merchant of a key with this prefix, valid or not; None if there is none."""
    key: ApiKey | None = (
        ApiKey.select(ApiKey, Merchant)
        .join(Merchant)
        .where(ApiKey.prefix == split_key(text)[0])
        .first()
    )
    return None if key is None else key.merchant


def is_previous_secret(key: ApiKey, text: str) -> bool:
    """Return whether the key's text has the secret from before its last rotation."""
    return not hmac.compare_digest(hash_secret(split_key(text)[1]), key.hash)


def store_of(key: ApiKey, store_id: int) -> Store | None:
    """Return the store if the key may access it, else None, just as for an unknown store."""
    consent = consent_reached(key, store_id)
    return None if consent is None else consent.store


def _is_secret_of(key: ApiKey, secret: str) -> bool:
    given = hash_secret(secret)
    if hmac.compare_digest(given, key.hash):
        return True
    is_in_grace = key.previous_expires_at is not None and utc_now() < key.previous_expires_at
    return (
        is_in_grace
        and key.previous_hash is not None
        and hmac.compare_digest(given, key.previous_hash)
    )


def _record_use(key: ApiKey) -> None:
    now = utc_now()
    if key.last_used_at is not None and now - key.last_used_at < LAST_USED_RESOLUTION:
        return
    ApiKey.update(last_used_at=now).where(ApiKey.id == key.id).execute()
