"""Sign-ins that wait for the second factor, stored in the browser's session cookie."""

from __future__ import annotations

import structlog
from flask import session

from portal.models import Merchant, SecondFactor, utc_now
from portal.services.accounts.second_factor import factor_of

log = structlog.get_logger(__name__)

PENDING_MERCHANT = "second_step"
PENDING_TTL_S = 600


def start_second_step(merchant: Merchant) -> None:
    """Remember in this browser for ten minutes that the merchant's password was correct.

    A change of the merchant's credentials ends this, because the cookie names their version.
    """
    version = merchant.credential_version
    session[PENDING_MERCHANT] = [merchant.id, utc_now().timestamp(), version]


def waiting_factor() -> SecondFactor | None:
    """Return the second factor of the pending sign-in; None if there is none or it has ended."""
    merchant_id, since, *version = session.get(PENDING_MERCHANT, (0, 0.0))
    if utc_now().timestamp() - since > PENDING_TTL_S:
        return None
    merchant = Merchant.get_or_none(Merchant.id == merchant_id)
    if merchant is None or version != [merchant.credential_version]:
        return None
    return factor_of(merchant)
