"""Authenticate API calls by key; a store outside the key's reach is a 404 (promise 9)."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import cast

from flask import Response, g, request
from flask_limiter.util import get_remote_address

from portal.models import Actor, ApiKey, Store, set_actor
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import authenticate_key, has_scope, store_of
from portal.web.api.problems import ProblemError
from portal.web.runtime import current_runtime

SCHEME = "bearer"
FAILED_AUTHENTICATION_BY_ADDRESS = "60 per minute"


def current_key() -> ApiKey:
    """Return the API key of this call; respond with 401 if it is missing or invalid."""
    if not _bearer_token():
        raise ProblemError("key_missing")
    if not has_valid_key():
        raise ProblemError("key_unknown")
    return cast(ApiKey, g.api_key)


def has_valid_key() -> bool:
    """Return whether the key is valid; such calls are exempt from the limit on failed attempts."""
    if "api_key" not in g:
        key = g.api_key = authenticate_key(_bearer_token())
        if key is not None:
            set_actor(Actor(key.merchant, f"api_key {key.id}"))
    return g.api_key is not None


def check_scope(scope: KeyScope | None) -> None:
    """Respond with 403 unless the key has the scope; None admits every valid key."""
    if scope is not None and not has_scope(current_key(), scope):
        raise ProblemError("scope_missing", f"This key does not have the scope {scope}.")


def get_store_for_key_or_404(store_id: int) -> Store:
    """Return the store; respond with 404 if the key can't access it."""
    store = store_of(current_key(), store_id)
    if store is None:
        raise ProblemError("not_found", "This key has no access to a store with this ID.")
    return store


def key_rate_limit() -> str:
    """Return the rate limit of one API key, in Flask-Limiter's notation."""
    return f"{current_runtime().settings.api_requests_per_minute} per minute"


def rate_limit_key() -> str:
    """Return the bucket of the rate limit: a hash of the API key, or the IP address without one."""
    text = _bearer_token()
    return sha256(text.encode()).hexdigest() if text else str(get_remote_address())


def is_failed_authentication(response: Response) -> bool:
    """Return whether the call was refused because of its key."""
    return response.status_code == HTTPStatus.UNAUTHORIZED


def _bearer_token() -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == SCHEME else ""
