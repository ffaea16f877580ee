"""Create, rotate, revoke and authenticate API keys; each change is recorded in the audit log.

A key looks like ``mp_1f0c9a7be2d4_…``. The middle part identifies the key and is shown. The rest is
a secret of which only the SHA-256 is stored: 32 random bytes need no slow hash.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from portal.models import (
    IS_UNLOCKED,
    ApiKey,
    AuditLogEntry,
    Membership,
    Merchant,
    Store,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.api_keys.key_scopes import KeyScope, known_scopes

KEY_SCHEME = "mp"
PREFIX_BYTES, SECRET_BYTES = 6, 32
# The old secret works for this long, so programs can switch to the new one.
ROTATION_GRACE = timedelta(hours=24)
KEYS_PER_MERCHANT = 50
REVOKED_SHOWN = 10
LAST_USED_RESOLUTION = timedelta(minutes=1)


@dataclass(frozen=True)
class NewKey:
    """A key that was just created or rotated, with its text, which is shown only once."""

    key: ApiKey
    text: str


def create_key(
    merchant: Merchant, name: str, scopes: Iterable[str], store: Store | None = None
) -> NewKey | None:
    """Create a key for one store, or for all stores of the merchant.

    Return None if the merchant has `KEYS_PER_MERCHANT` already. The caller checks that the store
    belongs to the merchant.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with database.atomic():
        count = ApiKey.select().where(ApiKey.merchant == merchant, ApiKey.revoked_at.is_null())
        if count.count() >= KEYS_PER_MERCHANT:
            return None
        key = ApiKey.create(
            merchant=merchant,
            store=store,
            name=name,
            prefix=secrets.token_hex(PREFIX_BYTES),
            hash=_hash(secret),
            scopes=list(known_scopes(scopes)),
        )
        _log(key, merchant, AuditAction.API_KEY_CREATED, {"scopes": key.scopes})
    return NewKey(key, _text(key, secret))


def rotate_key(merchant: Merchant, key_id: int) -> NewKey | None:
    """Return the key with a new secret, None if it isn't the merchant's.

    The old secret works during `ROTATION_GRACE`.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with database.atomic():
        key = _live_key_of(merchant, key_id)
        if key is None:
            return None
        now = utc_now()
        key.previous_hash, key.previous_expires_at = key.hash, now + ROTATION_GRACE
        key.hash, key.rotated_at = _hash(secret), now
        key.save()
        _log(
            key,
            merchant,
            AuditAction.API_KEY_ROTATED,
            {"previous_until": _iso(key.previous_expires_at)},
        )
    return NewKey(key, _text(key, secret))


def revoke_key(merchant: Merchant, key_id: int) -> ApiKey | None:
    """Revoke the key at once and return it; None if it isn't the merchant's or is revoked."""
    with database.atomic():
        key = _live_key_of(merchant, key_id)
        if key is not None:
            key.revoked_at, key.previous_hash = utc_now(), None
            key.save()
            _log(key, merchant, AuditAction.API_KEY_REVOKED)
    return key


def keys_of(merchant: Merchant) -> Sequence[ApiKey]:
    """Return the merchant's keys, newest first, with the last revoked keys at the end."""
    keys = ApiKey.select(ApiKey, Store).left_outer_join(Store).where(ApiKey.merchant == merchant)
    is_revoked = ApiKey.revoked_at.is_null(is_null=False)
    found = keys.order_by(is_revoked, ApiKey.id.desc()).limit(KEYS_PER_MERCHANT + REVOKED_SHOWN)
    live = [key for key in found if key.revoked_at is None]
    return live + [key for key in found if key.revoked_at is not None][:REVOKED_SHOWN]


def authenticate_key(text: str) -> ApiKey | None:
    """Return the valid key with this text, or None; record the time of use to the minute.

    The keys of a locked account are invalid until it is unlocked.
    """
    scheme, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if scheme != KEY_SCHEME or not secret:
        return None
    key: ApiKey | None = (
        ApiKey.select(ApiKey)
        .join(Merchant)
        .where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_null(), IS_UNLOCKED)
        .first()
    )
    if key is None or not _is_secret_of(key, secret):
        return None
    _record_use(key)
    return key


def stores_of(key: ApiKey) -> Any:
    """Return the query of the stores that the key may access, by id; only its merchant's stores."""
    stores = Store.select().join(Membership).where(Membership.merchant == key.merchant_id)
    if key.store_id is not None:
        stores = stores.where(Store.id == key.store_id)
    return stores.order_by(Store.id)


def store_of(key: ApiKey, store_id: int) -> Store | None:
    """Return the store if the key may access it, else None, just as for an unknown store."""
    found: Store | None = stores_of(key).where(Store.id == store_id).first()
    return found


def has_scope(key: ApiKey, scope: KeyScope) -> bool:
    """Return whether the key has the scope."""
    return scope in key.scopes


def _live_key_of(merchant: Merchant, key_id: int) -> ApiKey | None:
    found: ApiKey | None = ApiKey.get_or_none(
        ApiKey.id == key_id, ApiKey.merchant == merchant, ApiKey.revoked_at.is_null()
    )
    return found


def _is_secret_of(key: ApiKey, secret: str) -> bool:
    given = _hash(secret)
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


def _log(key: ApiKey, merchant: Merchant, action: AuditAction, after: Any = None) -> None:
    """Record the change for each store that the key may access, or once if there is none."""
    for store_id in [store.id for store in stores_of(key)] or [None]:
        AuditLogEntry.record(store_id, action, f"api_key {key.prefix}", actor=merchant, after=after)


def _text(key: ApiKey, secret: str) -> str:
    return f"{KEY_SCHEME}_{key.prefix}_{secret}"


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
