"""Connect attempts, bound to the browser that started them by its signed session cookie.

An attempt is valid once, also if its cookie is copied, and for fifteen minutes. A callback is
accepted only if its ``state`` belongs to an attempt of this browser and account. Ecwid's
documentation does not say whether ``state`` may be dropped, so a callback without it uses the
browser's latest open attempt. A callback without ``state`` or attempt comes from Ecwid's App
Market; see `claim_tokens`.
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


def end_attempt(state: str | None, merchant_id: int | None) -> ConnectAttempt | None:
    """Consume and return the attempt of a callback; None if it has neither a state nor an attempt.

    Raises ConsentStateError if ``state`` is given but unknown to this browser and account: forged,
    used before, expired, or started in another browser.
    """
    attempts = _fresh_attempts()
    mine = [attempt for attempt in attempts if attempt["by"] == merchant_id]
    if state is None:
        used = mine[-1] if mine else None
    else:
        used = next((attempt for attempt in mine if _is_same(attempt["state"], state)), None)
        if used is None:
            raise ConsentStateError("the state is unknown to this browser, or was used before")
        lifetime = timedelta(seconds=ATTEMPT_TTL_S)
        if not mark_used(current_runtime(), USED_STATE_PREFIX, state, lifetime):
            raise ConsentStateError("the state was used before, by another copy of the cookie")
    session[_ATTEMPTS] = [attempt for attempt in attempts if attempt is not used]
    if used is None:
        return None
    # A session from before the rename has the older key.
    onboarding_id = used.get("onboarding_id", used.get("journey", 0))  # codespell:ignore journey
    return ConnectAttempt(onboarding_id, used.get("store"))


def _fresh_attempts() -> list[dict[str, Any]]:
    oldest = time.time() - ATTEMPT_TTL_S
    return [attempt for attempt in session.get(_ATTEMPTS, []) if attempt["at"] >= oldest]


def _is_same(known: str, given: str) -> bool:
    return secrets.compare_digest(known.encode(), given.encode())
