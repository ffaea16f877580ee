"""Claim tokens of this browser, each of which gives access to a grant that an install has parked.

They are only in the signed session cookie, never in a URL or an email. So a grant can be
claimed only in the browser of its install, by the account that is signed in there and confirms it.
The cookie also has the store's name, and the attempt that the install may belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import session

from portal.ecwid.oauth import TokenResponse
from portal.services.connection.connect_store import raise_on_mismatch
from portal.services.connection.keep_connected import keep_connected
from portal.services.connection.park_grant import (
    park_grant,
    parked_grant,
    read_store_name,
    return_parked_grant,
    take_parked_grant,
)
from portal.web.connect.attempts import ConnectAttempt, KeptAttempt, forget_attempt
from portal.web.login import CLAIM_TOKENS, PARKED_DETAILS
from portal.web.runtime import current_runtime

# A merchant may install the app in several stores before signing in.
TOKENS_LIMIT = 5
NAME_CHARACTERS = 60


@dataclass(frozen=True)
class WaitingGrant:
    """Parked grant of this browser; ``name`` is that of its store, "" if it couldn't be read."""

    store_id: int
    name: str


@dataclass(frozen=True)
class TakenGrant:
    """Token of a parked grant, and the attempt that its install may belong to."""

    token: TokenResponse
    claim_token: str
    attempt: ConnectAttempt | None


def park_in_browser(
    token: TokenResponse, callback_store_id: int | None, attempt: KeptAttempt | None
) -> None:
    """Park a grant and let this browser claim it, also after it was closed and opened again.

    Raises StoreMismatchError if the callback named another store.
    """
    runtime = current_runtime()
    raise_on_mismatch(token, callback_store_id)
    keep_connected(runtime, token)
    claim_token = park_grant(runtime, token, callback_store_id)
    name = read_store_name(runtime, token)[:NAME_CHARACTERS]
    tokens = [*_claim_tokens(), claim_token][-TOKENS_LIMIT:]
    details = {**_details(), claim_token: {"name": name, "attempt": attempt}}
    session[CLAIM_TOKENS] = tokens
    session[PARKED_DETAILS] = {each: details[each] for each in tokens if each in details}
    session.permanent = True


def waiting_grant() -> WaitingGrant | None:
    """Return the newest parked grant of this browser; None if there is none."""
    for claim_token in reversed(_claim_tokens()):
        found = parked_grant(claim_token)
        if found is not None:
            return WaitingGrant(found.store_id, _details().get(claim_token, {}).get("name", ""))
    return None


def take_waiting_grant(merchant_id: int) -> TakenGrant | None:
    """Take the newest parked grant of this browser; None if there is none.

    Claim tokens without a grant are forgotten, too. An attempt of another account is left out.
    """
    left = _claim_tokens()
    while left:
        claim_token = left.pop()
        session[CLAIM_TOKENS] = left
        token = take_parked_grant(current_runtime(), claim_token)
        if token is not None:
            kept = _details().get(claim_token, {}).get("attempt")
            is_own = kept is not None and kept["by"] == merchant_id
            return TakenGrant(token, claim_token, forget_attempt(kept) if is_own else None)
    return None


def return_waiting_grant(token: TokenResponse, claim_token: str) -> None:
    """Park a grant again for this browser, because it can't be used yet."""
    return_parked_grant(current_runtime(), token, claim_token)
    session[CLAIM_TOKENS] = [*_claim_tokens(), claim_token]


def _claim_tokens() -> list[str]:
    return list(session.get(CLAIM_TOKENS, []))


def _details() -> dict[str, Any]:
    return dict(session.get(PARKED_DETAILS, {}))
