"""Sign-ins that wait for the second factor, stored in the browser's session cookie."""

from __future__ import annotations

import structlog
from flask import render_template, session
from flask_wtf import FlaskForm

from portal.models import Merchant, utc_now
from portal.services.accounts.passkeys import has_passkeys
from portal.services.accounts.second_factor import has_second_factor

log = structlog.get_logger(__name__)

PENDING_MERCHANT = "second_step"
PENDING_TTL_S = 600


def start_second_step(merchant: Merchant) -> None:
    """Remember in this browser for ten minutes that the merchant's password was correct.

    A change of the merchant's credentials ends this, because the cookie names their version.
    """
    version = merchant.credential_version
    session[PENDING_MERCHANT] = [merchant.id, utc_now().timestamp(), version]


def waiting_merchant() -> Merchant | None:
    """Return the account of the pending sign-in; None if there is none or it has ended."""
    merchant_id, since, *version = session.get(PENDING_MERCHANT, (0, 0.0))
    if utc_now().timestamp() - since > PENDING_TTL_S:
        return None
    merchant: Merchant | None = Merchant.get_or_none(Merchant.id == merchant_id)
    if merchant is None or version != [merchant.credential_version]:
        return None
    return merchant if has_second_factor(merchant) else None


def show_second_step(merchant: Merchant, form: FlaskForm, problem: str = "") -> str:
    """Return the page that asks for a code, or for a passkey if the account has one."""
    has_passkey = has_passkeys(merchant)
    return render_template(
        "accounts/code.html", form=form, has_passkey=has_passkey, problem=problem
    )
