"""Create, rotate, revoke and list the API keys of any channel; the audit log has each change.

A key looks like ``mp_1f0c9a7be2d4_…``, a test key like ``mp_test_1f0c9a7be2d4_…``. The part before
the last underscore of these identifies the key and is shown. The rest is a secret of which only the
SHA-256 is stored: 32 random bytes need no slow hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from portal.models import (
    ApiKey,
    AuditLogEntry,
    Channel,
    ChannelConsent,
    KeyMode,
    Merchant,
    Store,
    database,
    utc_now,
)
from portal.models.acting import actor_name
from portal.models.api_key import KEY_SCHEMES
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.api_keys.key_limits import UNLIMITED, KeyLimits
from portal.rules.api_keys.key_scopes import known_scopes
from portal.services.channels.manage_channels import lock_channel
from portal.services.channels.reach import store_ids_reached

PREFIX_BYTES, SECRET_BYTES = 6, 32
# The old secret works for this long, so programs can switch to the new one.
ROTATION_GRACE = timedelta(hours=24)
KEYS_PER_CHANNEL = 50
REVOKED_SHOWN = 10


@dataclass(frozen=True)
class NewKey:
    """A key that was just created or rotated, with its text, which is shown only once.

    ``granted`` has the consents that creating it recorded.
    """

    key: ApiKey
    text: str
    granted: Sequence[ChannelConsent] = ()


def add_key(
    channel: Channel,
    name: str,
    scopes: Iterable[str],
    *,
    store: Store | None = None,
    stores_chosen_at: datetime | None = None,
    mode: KeyMode = KeyMode.LIVE,
    limits: KeyLimits = UNLIMITED,
    actor: Merchant | None = None,
) -> NewKey | None:
    """Create a key of a channel; None if it has `KEYS_PER_CHANNEL` of this mode already.

    ``stores_chosen_at`` is documented at `ApiKey`. ``actor`` is None for the current key or
    command.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with database.atomic():
        lock_channel(channel.id)
        # By mode, so that a lost test key can't take the places of live ones.
        count = ApiKey.select().where(
            ApiKey.channel == channel, ApiKey.mode == mode, ApiKey.revoked_at.is_null()
        )
        if count.count() >= KEYS_PER_CHANNEL:
            return None
        key = ApiKey.create(
            channel=channel,
            merchant=channel.merchant_id,
            store=store,
            stores_chosen_at=stores_chosen_at,
            name=name,
            mode=mode,
            prefix=secrets.token_hex(PREFIX_BYTES),
            hash=hash_secret(secret),
            scopes=[scope.value for scope in known_scopes(scopes)],
            maker=actor_name(actor),
            expires_at=limits.expires_at,
            allowed_networks=list(limits.networks) or None,
        )
        log_key(key, AuditAction.API_KEY_CREATED, actor, key_facts(key))
    return NewKey(key, _text(key, secret))


def rotate_channel_key(
    channel: Channel,
    key_id: int,
    *,
    actor: Merchant | None = None,
    grace: timedelta = ROTATION_GRACE,
) -> NewKey | None:
    """Return the key with a new secret, None if the channel has no such valid key.

    The old secret works during ``grace``. ``actor`` is None for the current key or command.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with database.atomic():
        key = _live_key_of(channel, key_id)
        if key is None:
            return None
        now = utc_now()
        key.previous_hash, key.previous_expires_at = key.hash, now + grace
        key.hash, key.rotated_at = hash_secret(secret), now
        key.save()
        previous_until = {"previous_until": _iso(key.previous_expires_at)}
        log_key(key, AuditAction.API_KEY_ROTATED, actor, previous_until)
    return NewKey(key, _text(key, secret))


def revoke_channel_key(
    channel: Channel, key_id: int, *, actor: Merchant | None = None
) -> ApiKey | None:
    """Revoke the key at once and return it; None if the channel has no such valid key."""
    with database.atomic():
        key = _live_key_of(channel, key_id)
        if key is not None:
            key.revoked_at, key.previous_hash = utc_now(), None
            key.save()
            log_key(key, AuditAction.API_KEY_REVOKED, actor)
    return key


def keys_of_channel(channel: Channel, mode: KeyMode | None = None) -> Sequence[ApiKey]:
    """Return a channel's keys of one mode or of both, newest first.

    The last revoked keys are at the end.
    """
    keys = ApiKey.select(ApiKey, Store).left_outer_join(Store).where(ApiKey.channel == channel)
    if mode is not None:
        keys = keys.where(ApiKey.mode == mode)
    is_revoked = ApiKey.revoked_at.is_null(is_null=False)
    most = KEYS_PER_CHANNEL * len(KeyMode) + REVOKED_SHOWN
    found = keys.order_by(is_revoked, ApiKey.id.desc()).limit(most)
    live = [key for key in found if key.revoked_at is None]
    return live + [key for key in found if key.revoked_at is not None][:REVOKED_SHOWN]


def find_channel_key(channel: Channel, key_id: int) -> ApiKey | None:
    """Return a key of the channel, valid or revoked; None if it has no such key."""
    found: ApiKey | None = ApiKey.get_or_none(ApiKey.id == key_id, ApiKey.channel == channel)
    return found


def split_key(text: str) -> tuple[str, str]:
    """Return the prefix and the secret of a key's text, both empty if it is no key.

    The secret is also empty if ``text`` is a key without it, as lists show it.
    """
    for scheme in (KEY_SCHEMES[KeyMode.TEST], KEY_SCHEMES[KeyMode.LIVE]):
        if text.startswith(scheme):
            prefix, _, secret = text.removeprefix(scheme).partition("_")
            return prefix, secret
    return "", ""


def prefix_in(text: str) -> str:
    """Return the prefix in a key's text, or in its beginning as lists show it."""
    return split_key(text)[0] or text.partition("_")[0]


def hash_secret(secret: str) -> str:
    """Return the digest of a key's secret half."""
    return sha256(secret.encode()).hexdigest()


def _live_key_of(channel: Channel, key_id: int) -> ApiKey | None:
    found: ApiKey | None = ApiKey.get_or_none(
        ApiKey.id == key_id, ApiKey.channel == channel, ApiKey.revoked_at.is_null()
    )
    return found


def key_facts(key: ApiKey) -> dict[str, Any]:
    """Return what a key may do as the audit log records it; without limits only its scopes."""
    facts: dict[str, Any] = {"scopes": key.scopes}
    if key.expires_at is not None:
        facts["expires_at"] = _iso(key.expires_at)
    if key.allowed_networks:
        facts["allowed_networks"] = key.allowed_networks
    return facts


def log_key(
    key: ApiKey, action: AuditAction, actor: Merchant | None = None, after: Any = None
) -> None:
    """Record the change for each store that a merchant's key may access, or else once."""
    target = f"api_key {key.prefix}"
    reached = store_ids_reached(key) if key.merchant_id is not None else []
    store_ids: list[int | None] = [*reached] or [None]
    for store_id in store_ids:
        AuditLogEntry.record_request(store_id, action, target, actor=actor, after=after)


def _text(key: ApiKey, secret: str) -> str:
    return f"{key.shown_prefix}_{secret}"


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
