"""API key of a call, its scopes and its stores; other stores are a 404 (promise 9)."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import cast

from flask import Response, g, request
from flask_limiter.util import get_remote_address

from portal.models import ApiKey, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import authenticate_key, has_scope, store_of
from portal.web.api.problems import ProblemError
from portal.web.runtime import current_runtime

SCHEME = "bearer"
FAILED_AUTHENTICATION_BY_ADDRESS = "60 per minute"


def current_key() -> ApiKey:
    """Return the key of this call; answer 401 if it is missing or invalid."""
    if not _bearer_token():
        raise ProblemError("key_missing")
    if not has_valid_key():
        raise ProblemError("key_unknown")
    return cast(ApiKey, g.api_key)


def has_valid_key() -> bool:
    """Return whether the key is valid; such a call does not count as a guess."""
    if "api_key" not in g:
        g.api_key = authenticate_key(_bearer_token())
    return g.api_key is not None


def check_scope(scope: KeyScope | None) -> None:
    """Answer 403 unless the key has the scope; None admits every valid key."""
    if scope is not None and not has_scope(current_key(), scope):
        raise ProblemError("scope_missing", f"This key lacks the scope {scope}.")


def get_store_for_key_or_404(store_id: int) -> Store:
    """Return the store; answer 404 if the key does not reach it."""
    store = store_of(current_key(), store_id)
    if store is None:
        raise ProblemError("not_found", "This key reaches no such store.")
    return store


def key_rate_limit() -> str:
    """Return the rate limit of one key."""
    return f"{current_runtime().settings.api_requests_per_minute} per minute"


def rate_limit_key() -> str:
    """Return the rate limit's key: a hash of the whole API key, or the address without one."""
    text = _bearer_token()
    return sha256(text.encode()).hexdigest() if text else str(get_remote_address())


def is_failed_authentication(response: Response) -> bool:
    """Return whether the call was refused because of its key."""
    return response.status_code == HTTPStatus.UNAUTHORIZED


def _bearer_token() -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == SCHEME else ""
