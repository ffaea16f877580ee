"""Sign-ins that wait for the second factor, kept in the browser's session cookie."""

from __future__ import annotations

import structlog
from flask import session
from flask_limiter.util import get_remote_address

from portal.models import Merchant, SecondFactor, utc_now
from portal.services.accounts.second_factor import factor_of

log = structlog.get_logger(__name__)

WAITING = "second_step"
WAIT_S = 600


def wait_for_code(merchant: Merchant) -> None:
    """Remember for ten minutes, in this browser, that the merchant's password was right."""
    session[WAITING] = [merchant.id, utc_now().timestamp()]


def waiting_factor() -> SecondFactor | None:
    """Return the factor that the sign-in waits for; None if none waits or it expired."""
    merchant_id, since = session.get(WAITING, (0, 0.0))
    if utc_now().timestamp() - since > WAIT_S:
        return None
    merchant = Merchant.get_or_none(Merchant.id == merchant_id)
    return None if merchant is None else factor_of(merchant)


def waiting_key() -> str:
    """Return the rate limit's key of the account whose sign-in waits."""
    kept = session.get(WAITING)
    return f"merchant {kept[0]}" if kept else get_remote_address()
