"""Claim tokens of this browser, each of which gives access to a grant that an install has parked.

They are only in the signed session cookie, never in a URL or an email. So a grant can be
claimed only in the browser of its install, by the account that is signed in there and confirms it.
"""

from __future__ import annotations

from flask import session

from portal.ecwid.oauth import TokenResponse
from portal.models import ParkedGrant
from portal.services.connection.park_grant import (
    park_grant,
    parked_grant,
    return_parked_grant,
    take_parked_grant,
)
from portal.web.login import CLAIM_TOKENS
from portal.web.runtime import current_runtime

# A merchant may install the app in several stores before signing in.
TOKENS_LIMIT = 5


def park_in_browser(token: TokenResponse, callback_store_id: int | None) -> None:
    """Park a grant and let this browser claim it, also after it was closed and opened again.

    Raises StoreMismatchError if the callback named another store.
    """
    claim_token = park_grant(current_runtime(), token, callback_store_id)
    session[CLAIM_TOKENS] = [*_claim_tokens(), claim_token][-TOKENS_LIMIT:]
    session.permanent = True


def waiting_grant() -> ParkedGrant | None:
    """Return the newest parked grant of this browser; None if there is none."""
    found = (parked_grant(claim_token) for claim_token in reversed(_claim_tokens()))
    return next(filter(None, found), None)


def take_waiting_grant() -> tuple[TokenResponse, str] | None:
    """Take the newest parked grant of this browser; return its token and its claim token.

    Claim tokens without a grant are forgotten, too.
    """
    left = _claim_tokens()
    while left:
        claim_token = left.pop()
        session[CLAIM_TOKENS] = left
        token = take_parked_grant(current_runtime(), claim_token)
        if token is not None:
            return token, claim_token
    return None


def return_waiting_grant(token: TokenResponse, claim_token: str) -> None:
    """Park a grant again for this browser, because it can't be used yet."""
    return_parked_grant(current_runtime(), token, claim_token)
    session[CLAIM_TOKENS] = [*_claim_tokens(), claim_token]


def _claim_tokens() -> list[str]:
    return list(session.get(CLAIM_TOKENS, []))
