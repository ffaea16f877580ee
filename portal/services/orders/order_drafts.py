"""Drafts of the order form, kept for an hour, so that each step of the form has an address.

A draft has a customer's data, so it is sealed, and only its author can read it. Drafts are in Redis
because nothing is lost without them: the form then shows the step itself.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from redis import RedisError

from portal.errors import SealedSecretError
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

LIFETIME = timedelta(hours=1)
MAX_SIZE = 200_000
DRAFT_ID_LENGTH = 22
_COLUMN = "order_draft"

Pairs = Sequence[tuple[str, str]]


def keep_draft(runtime: Runtime, store_id: int, merchant_id: int, fields: Pairs) -> str | None:
    """Store the fields of a form and return the draft's id; None if they can't be kept now."""
    text = json.dumps(list(fields))
    if len(text) > MAX_SIZE:
        return None
    draft_id = secrets.token_urlsafe(16)
    row = _row(store_id, merchant_id, draft_id)
    try:
        runtime.redis.set(_key(draft_id), runtime.sealer.seal(text, _COLUMN, row), ex=LIFETIME)
    except RedisError as error:
        log.warning("order_drafts.redis_unavailable", error=type(error).__name__)
        return None
    return draft_id


def find_draft(runtime: Runtime, store_id: int, merchant_id: int, draft_id: str) -> Pairs | None:
    """Return the fields of a draft; None if it is too old, or another person's or store's."""
    try:
        sealed: Any = runtime.redis.get(_key(draft_id))
        if sealed is None:
            return None
        row = _row(store_id, merchant_id, draft_id)
        text = runtime.sealer.open(sealed.decode(), _COLUMN, row)
    except RedisError as error:
        log.warning("order_drafts.redis_unavailable", error=type(error).__name__)
        return None
    except SealedSecretError:
        return None
    return [(name, value) for name, value in json.loads(text)]


def _key(draft_id: str) -> str:
    return f"portal:order-draft:{draft_id}"


def _row(store_id: int, merchant_id: int, draft_id: str) -> str:
    return f"{store_id}:{merchant_id}:{draft_id}"
