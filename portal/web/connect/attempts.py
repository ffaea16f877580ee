"""Connect attempts, bound to the browser that started them by its signed session cookie.

An attempt is valid once, also if its cookie is copied, and for fifteen minutes. A callback is
accepted only if its ``state`` belongs to an attempt of this browser and account. A callback without
``state`` comes from Ecwid's App Market, or from somebody who sends the browser there with a code of
their own store. Ecwid's documentation does not say whether ``state`` may be dropped, so it may also
belong to the latest attempt. Its grant is parked until the merchant confirms the store; see
`claim_tokens`.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import session

from portal.errors.connect import ConsentStateError
from portal.services.connection.used_once import mark_used
from portal.web.runtime import current_runtime

ATTEMPT_TTL_S = 15 * 60
ATTEMPTS_LIMIT = 5

USED_STATE_PREFIX = "portal:oauth-state:"

_ATTEMPTS = "connect_attempts"

# An attempt as the session has it.
KeptAttempt = dict[str, Any]


@dataclass(frozen=True)
class ConnectAttempt:
    """Onboarding of a consent, and the only store that the consent may be for, if known."""

    onboarding_id: int
    store_id: int | None


def begin_attempt(merchant_id: int, attempt: ConnectAttempt) -> str:
    """Return a new ``state`` bound to this browser; drop the oldest attempts above the limit."""
    state = secrets.token_urlsafe(32)
    kept = {
        "state": state,
        "by": merchant_id,
        "at": int(time.time()),
        "onboarding_id": attempt.onboarding_id,
        "store": attempt.store_id,
    }
    session[_ATTEMPTS] = [*_fresh_attempts(), kept][-ATTEMPTS_LIMIT:]
    return state


def end_attempt(state: str, merchant_id: int | None) -> ConnectAttempt:
    """Consume and return the attempt of a callback.

    Raises ConsentStateError if ``state`` is unknown to this browser and account: forged, used
    before, expired, or started in another browser.
    """
    found = next((each for each in _own(merchant_id) if _is_same(each["state"], state)), None)
    if found is None:
        raise ConsentStateError("the state is unknown to this browser, or was used before")
    lifetime = timedelta(seconds=ATTEMPT_TTL_S)
    if not mark_used(current_runtime(), USED_STATE_PREFIX, state, lifetime):
        raise ConsentStateError("the state was used before, by another copy of the cookie")
    return forget_attempt(found)


def latest_attempt(merchant_id: int | None) -> KeptAttempt | None:
    """Return this browser's and account's latest attempt as the session has it; None without."""
    mine = _own(merchant_id)
    return mine[-1] if mine else None


def forget_attempt(kept: KeptAttempt) -> ConnectAttempt:
    """Remove an attempt from the session, and return it."""
    left = [each for each in _fresh_attempts() if each["state"] != kept["state"]]
    session[_ATTEMPTS] = left
    # A session from before the rename has the older key.
    former_id: int = kept.get("journey", 0)  # codespell:ignore journey
    onboarding_id: int = kept.get("onboarding_id", former_id)
    return ConnectAttempt(onboarding_id, kept.get("store"))


def _own(merchant_id: int | None) -> list[KeptAttempt]:
    return [attempt for attempt in _fresh_attempts() if attempt["by"] == merchant_id]


def _fresh_attempts() -> list[KeptAttempt]:
    oldest = time.time() - ATTEMPT_TTL_S
    return [attempt for attempt in session.get(_ATTEMPTS, []) if attempt["at"] >= oldest]


def _is_same(known: str, given: str) -> bool:
    return secrets.compare_digest(known.encode(), given.encode())
