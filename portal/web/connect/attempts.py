"""Bind connect attempts to the browser that began them, in its signed session cookie.

An attempt is good once and for fifteen minutes. A callback is accepted only if it brings back the
``state`` of an attempt of this browser and account; where Ecwid drops ``state`` (whether it may is
documented nowhere), an attempt under way in this browser stands in for it. A callback with neither
began in Ecwid's App Market: its code is parked until the merchant has signed in and confirmed.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import session

from portal.errors import ConsentStateError
from portal.web.login import PARKED_INSTALL

ATTEMPT_TTL_S = 15 * 60
# Ecwid's codes are good for some minutes; it names no number.
PARKED_TTL_S = 5 * 60
ATTEMPTS_LIMIT = 5

_ATTEMPTS = "connect_attempts"


@dataclass(frozen=True)
class Attempt:
    """Hold which journey a consent is part of, and which store it must be for, if one is known."""

    journey_id: int
    store_id: int | None


def begin_attempt(merchant_id: int, attempt: Attempt) -> str:
    """Return a new ``state`` bound to this browser; the oldest of too many attempts is dropped."""
    state = secrets.token_urlsafe(32)
    kept = {
        "state": state,
        "by": merchant_id,
        "at": int(time.time()),
        "journey": attempt.journey_id,
        "store": attempt.store_id,
    }
    session[_ATTEMPTS] = [*_fresh_attempts(), kept][-ATTEMPTS_LIMIT:]
    return state


def end_attempt(state: str | None, merchant_id: int | None) -> Attempt | None:
    """Use up and return the attempt that a callback belongs to; None if it belongs to none.

    Raises ConsentStateError when ``state`` is there but not one that this browser and account
    still hold: forged, used before, expired, or begun elsewhere.
    """
    attempts = _fresh_attempts()
    mine = [attempt for attempt in attempts if attempt["by"] == merchant_id]
    if state is None:
        used = mine[-1] if mine else None
    else:
        used = next((attempt for attempt in mine if _is_same(attempt["state"], state)), None)
        if used is None:
            raise ConsentStateError("the state is unknown to this browser, or was used before")
    session[_ATTEMPTS] = [attempt for attempt in attempts if attempt is not used]
    # A session may be older than this release.
    return None if used is None else Attempt(used.get("journey", 0), used.get("store"))


@dataclass(frozen=True)
class ParkedInstall:
    """Hold the code of an install that began in Ecwid's App Market."""

    code: str
    store_id: int | None


def park_install(code: str, store_id: int | None) -> None:
    """Keep the code in this browser until the merchant has signed in and confirmed."""
    session[PARKED_INSTALL] = {"code": code, "store_id": store_id, "at": int(time.time())}


def parked_install() -> ParkedInstall | None:
    """Return the parked install of this browser, or None if there is none that is still good."""
    parked: dict[str, Any] | None = session.get(PARKED_INSTALL)
    if parked is None or time.time() - parked["at"] > PARKED_TTL_S:
        return None
    return ParkedInstall(parked["code"], parked["store_id"])


def take_parked_install() -> ParkedInstall | None:
    """Return the parked install and forget it: its code is good once."""
    parked = parked_install()
    session.pop(PARKED_INSTALL, None)
    return parked


def _fresh_attempts() -> list[dict[str, Any]]:
    oldest = time.time() - ATTEMPT_TTL_S
    return [attempt for attempt in session.get(_ATTEMPTS, []) if attempt["at"] >= oldest]


def _is_same(known: str, given: str) -> bool:
    return secrets.compare_digest(known.encode(), given.encode())
