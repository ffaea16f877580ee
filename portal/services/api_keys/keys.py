"""API keys of merchants, and the authentication of all keys.

`portal.services.api_keys.channel_keys` documents how a key looks.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from portal.errors import KeyRefusedError
from portal.models import (
    IS_UNLOCKED,
    ApiKey,
    Channel,
    Merchant,
    Store,
    database,
    utc_now,
)
from portal.rules.api_keys.allowed_networks import address_prefix, is_allowed_address
from portal.rules.api_keys.key_limits import UNLIMITED, KeyLimits
from portal.rules.api_keys.key_refusals import KeyRefusal
from portal.rules.channels.channel_states import ChannelStatus
from portal.services.api_keys.channel_keys import (
    NewKey,
    add_key,
    find_channel_key,
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
    merchant: Merchant,
    name: str,
    scopes: Iterable[str],
    store: Store | None = None,
    limits: KeyLimits = UNLIMITED,
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
            limits=limits,
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


def find_key(merchant: Merchant, key_id: int) -> ApiKey | None:
    """Return a key of the merchant, valid or revoked; None if the merchant has no such key."""
    channel = find_own_channel(merchant)
    return None if channel is None else find_channel_key(channel, key_id)


def authenticate_key(text: str, ip_address: str | None = None) -> ApiKey | None:
    """Return the valid key with this text, or None; record the use to the minute.

    The keys of a locked account are invalid until it is unlocked, those of a paused channel until
    it is resumed. The key comes with its channel and its merchant. Raises KeyRefusedError, only for
    the right secret, if the key is suspended or expired, or may not be used from ``ip_address``.
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
            Channel.status == ChannelStatus.ACTIVE,
            Merchant.id.is_null() | IS_UNLOCKED,
        )
        .first()
    )
    if key is None or not _is_secret_of(key, secret):
        return None
    refusal = _refusal(key, ip_address)
    if refusal is not None:
        raise KeyRefusedError(key.id, refusal)
    _record_use(key, ip_address)
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


def _refusal(key: ApiKey, ip_address: str | None) -> KeyRefusal | None:
    if key.suspended_at is not None:
        return KeyRefusal.SUSPENDED
    if key.expires_at is not None and key.expires_at <= utc_now():
        return KeyRefusal.EXPIRED
    if not is_allowed_address(ip_address, key.limits.networks):
        return KeyRefusal.ADDRESS
    return None


def _record_use(key: ApiKey, ip_address: str | None) -> None:
    now = utc_now()
    if key.last_used_at is not None and now - key.last_used_at < LAST_USED_RESOLUTION:
        return
    used = {"last_used_at": now, "last_used_from": address_prefix(ip_address)}
    ApiKey.update(used).where(ApiKey.id == key.id).execute()
