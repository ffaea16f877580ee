"""Authenticate API calls by key; a store outside the key's reach is a 404 (promise 9)."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

import structlog
from flask import Response, g, request

from portal.errors import KeyRefusedError
from portal.models import Actor, ApiKey, ChannelConsent, Store, StoreState, set_actor
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.rules.api_keys.key_scopes import KeyScope, is_allowed
from portal.rules.api_keys.token_bucket import Bucket, BucketLimit
from portal.services.api_keys.keys import (
    authenticate_key,
    is_previous_secret,
    merchant_of_refused_key,
)
from portal.services.channels.reach import consent_reached, record_use
from portal.web.api.call_limits import OF_KEY, OF_STORE
from portal.web.api.problems import ProblemError
from portal.web.runtime import current_runtime
from portal.web.security_events import note_security_event

log = structlog.get_logger(__name__)

SCHEME = "bearer"
FAILED_AUTHENTICATION_BY_ADDRESS = "60 per minute"


def current_key() -> ApiKey:
    """Return the API key of this call; respond with 401 if it is missing or invalid.

    Responds with 403 if it is suspended or may not be used from the caller's address.
    """
    if not _bearer_token():
        raise ProblemError("key_missing")
    if not has_valid_key():
        note_security_event(
            SecurityEventKind.API_KEY_REFUSED, merchant_of_refused_key(_bearer_token())
        )
        raise ProblemError(g.key_refusal or "key_unknown")
    return cast(ApiKey, g.api_key)


def has_valid_key() -> bool:
    """Return whether the key is valid; such calls are exempt from the limit on failed attempts."""
    if "api_key" not in g:
        key = _authenticate()
        if key is not None:
            set_actor(Actor(key.merchant, f"api_key {key.id}"))
    return g.api_key is not None


def _authenticate() -> ApiKey | None:
    """Set the key of the call, and why it is refused if it is a known one."""
    g.api_key = g.key_refusal = None
    try:
        key = g.api_key = authenticate_key(_bearer_token(), request.remote_addr)
    except KeyRefusedError as error:
        g.key_refusal = error.reason
        log.warning("api_key.refused", key=error.key_id, reason=error.reason)
        return None
    return key


def check_scope(scope: KeyScope | None) -> None:
    """Respond with 403 unless the key may use the scope, in the store of the call if it has one.

    None admits every valid key.
    """
    if scope is KeyScope.MANAGE_KEYS and is_previous_secret(current_key(), _bearer_token()):
        # Else the old secret of a rotated key could give itself a new one.
        raise ProblemError("scope_missing", "The key was rotated: use its new secret for this.")
    if scope is None or may_use(scope):
        return
    if scope in current_key().scopes:
        raise ProblemError("scope_missing", f"The store does not allow the channel {scope}.")
    raise ProblemError("scope_missing", f"This key does not have the scope {scope}.")


def may_use(scope: KeyScope) -> bool:
    """Return whether the key may use the scope, in the store of the call if it has one."""
    key, consent = current_key(), _consent()
    return is_allowed(scope, key.scopes, key.scopes if consent is None else consent.scopes)


def _consent_to(store_id: int) -> ChannelConsent | None:
    """Return the consent of the call's store, which is read once for each call."""
    if "channel_consent" not in g:
        key = current_key()
        consent = g.channel_consent = consent_reached(key, store_id)
        if consent is not None:
            # Else its rules of sale would take another statement.
            consent.channel = key.channel
    return _consent()


def current_consent() -> ChannelConsent:
    """Return the consent to the key's channel of the store that the call is about."""
    return cast(ChannelConsent, _consent())


def _consent() -> ChannelConsent | None:
    """Return the consent of the call's store; None without a store that the key reaches."""
    found: ChannelConsent | None = g.get("channel_consent")
    return found


def get_store_for_key_or_404(store_id: int) -> Store:
    """Return the store; respond with 404 if the key can't access it, 403 if it is disconnected."""
    consent = _consent_to(store_id)
    if consent is None:
        note_security_event(SecurityEventKind.STORE_REFUSED, store_id=store_id)
        raise ProblemError("not_found", "This key has no access to a store with this ID.")
    store: Store = consent.store
    if store.state == StoreState.DISCONNECTED:
        raise ProblemError("store_disconnected")
    record_use(consent)
    return store


def key_rate_limit() -> list[Bucket]:
    """Return the token bucket of this call.

    Each store that the key reaches has a bucket of its own, so the limit grows with the stores. All
    other calls share one, also those about stores that the key doesn't reach. Both secrets of a
    rotated key have the same buckets.
    """
    key, limit = current_key(), call_limit()
    store_id = (request.view_args or {}).get("store_id")
    if store_id is None or _consent_to(store_id) is None:
        return [Bucket(OF_KEY, str(key.id), limit)]
    return [Bucket(OF_STORE, f"{key.id}:{store_id}", limit)]


def call_limit() -> BucketLimit:
    """Return the limit of each bucket of a key."""
    settings = current_runtime().settings
    return BucketLimit(settings.api_requests_per_minute, settings.api_burst)


def is_failed_authentication(response: Response) -> bool:
    """Return whether the call was refused because of its key, whatever the reason."""
    is_refused = response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    return is_refused and not has_valid_key()


def _bearer_token() -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == SCHEME else ""
