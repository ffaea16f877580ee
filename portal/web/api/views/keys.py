"""Keys of the calling key's channel; no key gets more scopes or stores than the calling one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.errors import InvalidFieldError
from portal.models import ApiKey as KeyRow
from portal.models import KeyMode, Store, utc_now
from portal.rules.api_keys.allowed_networks import are_within, parse_networks
from portal.rules.api_keys.key_limits import KeyLimits
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.channel_keys import (
    KEYS_PER_CHANNEL,
    NewKey,
    add_key,
    find_channel_key,
    keys_of_channel,
    revoke_channel_key,
    rotate_channel_key,
)
from portal.services.api_keys.key_emails import email_new_key
from portal.services.api_keys.keys import store_of
from portal.services.channels.reach import reaches_no_more
from portal.web.api.authentication import current_key, key_rate_limit
from portal.web.api.channel_schemas import ApiKey, ApiKeyList, ApiKeySecret, NewApiKey
from portal.web.api.endpoints import endpoint
from portal.web.api.problems import ProblemError, invalid_field
from portal.web.api.request_parsing import to_utc
from portal.web.api.responses import ApiResponse
from portal.web.api.views.me import key_schema
from portal.web.runtime import current_runtime


@endpoint(
    "GET",
    "/keys",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: ApiKeyList},
)
def list_keys() -> ApiKeyList:
    """List the channel's keys of the calling key's mode, without their secrets."""
    key = current_key()
    return ApiKeyList([key_schema(row) for row in keys_of_channel(key.channel, KeyMode(key.mode))])


@endpoint(
    "POST",
    "/keys",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    body=NewApiKey,
    responses={201: ApiKeySecret},
    problems=("conflict",),
)
def create_key(body: NewApiKey) -> ApiResponse:
    """Create a key of the channel and return its secret, which is never shown again.

    Without `store_id` the key is for the same stores as the calling key, without `expires_at` it
    expires together with it, and without `allowed_networks` it has the same ones. No key can create
    one that is valid for longer or from more addresses.
    """
    key = current_key()
    check_no_more(key, body.scopes, "scopes")
    limits = KeyLimits(_expiry(body.expires_at, key), _networks(body.allowed_networks, key))
    if body.mode is not None and body.mode != key.mode:
        detail = f"Send {key.mode}, as the calling key has."
        raise ProblemError("invalid", detail, field="mode", reason="not_allowed")
    store = store_for_program(key, body.store_id)
    made = add_key(
        key.channel,
        body.name.strip(),
        body.scopes,
        store=store,
        stores_chosen_at=key.stores_chosen_at if store is None else None,
        mode=KeyMode(key.mode),
        limits=limits,
    )
    if made is None:
        raise ProblemError("conflict", f"The channel has {KEYS_PER_CHANNEL} keys. Revoke one.")
    email_new_key(current_runtime(), made, key.merchant)
    return ApiResponse(_secret(made), 201)


@endpoint(
    "POST",
    "/keys/<key:key_id>/rotate",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: ApiKeySecret},
    problems=("conflict",),
)
def rotate_key(key_id: int) -> ApiKeySecret:
    """Replace the secret of a key and return the new one. The old one works for another day.

    The old secret can't manage keys and endpoints. Revoke a key whose secret someone else knows.

    A key can't be rotated with one that has fewer scopes, stores or networks or an earlier expiry.
    """
    key, found = current_key(), _found(key_id)
    if not _is_within(found, key):
        raise ProblemError("conflict", "The key may do more than the calling key.")
    made = rotate_channel_key(key.channel, key_id)
    if made is None:
        raise ProblemError("conflict", "The key is revoked.")
    return _secret(made)


@endpoint(
    "POST",
    "/keys/<key:key_id>/revoke",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: ApiKey},
    problems=("conflict",),
)
def revoke_key(key_id: int) -> ApiKey:
    """Revoke a key at once. The calling key can't revoke itself, so a channel isn't locked out."""
    key = current_key()
    if _found(key_id).id == key.id:
        raise ProblemError("conflict", "Use another key to revoke this one.")
    revoked = revoke_channel_key(key.channel, key_id)
    if revoked is None:
        raise ProblemError("conflict", "The key is revoked already.")
    return key_schema(revoked)


def check_no_more(key: KeyRow, scopes: Iterable[KeyScope], field: str) -> None:
    """Respond with 422 if the calling key lacks one of the scopes."""
    lacking = [scope for scope in scopes if scope not in key.scopes]
    if lacking:
        detail = f"The calling key does not have the scope {lacking[0]}."
        raise ProblemError("invalid", detail, field=field, reason="not_allowed")


def store_for_program(key: KeyRow, store_id: int | None) -> Store | None:
    """Return the store of a new key or endpoint; None for all stores of the calling key.

    Responds with 422 if the calling key has no access to the store.
    """
    wanted = key.store_id if store_id is None else store_id
    if wanted is None:
        return None
    store = store_of(key, wanted)
    if store is None:
        detail = "The calling key has no access to a store with this ID."
        raise ProblemError("invalid", detail, field="store_id", reason="not_allowed")
    return store


def _is_within(other: KeyRow, key: KeyRow) -> bool:
    if not set(other.scopes) <= set(key.scopes):
        return False
    return other.limits.is_within(key.limits) and reaches_no_more(other, key)


def _expiry(wanted: datetime | None, key: KeyRow) -> datetime | None:
    """Return the expiry of a new key: by default that of the calling key, and never later."""
    if wanted is None:
        mine: datetime | None = key.expires_at
        return mine
    expires_at = to_utc(wanted, "expires_at")
    if expires_at <= utc_now():
        detail = "Send a time in the future."
        raise ProblemError("invalid", detail, field="expires_at", reason="not_allowed")
    if not KeyLimits(expires_at).is_within(KeyLimits(key.expires_at)):
        detail = "Send a time before the calling key expires."
        raise ProblemError("invalid", detail, field="expires_at", reason="not_allowed")
    return expires_at


def _networks(wanted: list[str] | None, key: KeyRow) -> list[str]:
    """Return the networks of a new key: by default those of the calling key, and never more."""
    if wanted is None:
        return list(key.limits.networks)
    try:
        networks = parse_networks(wanted)
    except InvalidFieldError as error:
        raise invalid_field(error) from error
    if not are_within(networks, key.limits.networks):
        detail = "Send networks inside those of the calling key."
        raise ProblemError("invalid", detail, field="allowed_networks", reason="not_allowed")
    return networks


def _found(key_id: int) -> KeyRow:
    key = current_key()
    found = find_channel_key(key.channel, key_id)
    if found is None or found.mode != key.mode:
        detail = f"The channel has no {key.mode} key with this ID."
        raise ProblemError("not_found", detail)
    return found


def _secret(made: NewKey) -> ApiKeySecret:
    return ApiKeySecret(key_schema(made.key), made.text)
