"""Ask for the second factor after the password, where a merchant has one."""

from __future__ import annotations

import structlog
from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from portal.models import Merchant, SecondFactor, utc_now
from portal.services.accounts.second_factor import factor_of, is_right_code
from portal.web.accounts.forms import CodeForm
from portal.web.accounts.next_page import next_page, safe_next
from portal.web.limits import SIGN_IN_BY_ACCOUNT, SIGN_IN_BY_ADDRESS, is_failure, limiter
from portal.web.login import begin_session
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)

WAITING = "second_step"
WAIT_S = 600


def add_to(blueprint: Blueprint) -> None:
    """Add these pages to those of the accounts."""
    by_account = limiter.limit(SIGN_IN_BY_ACCOUNT, key_func=_waiting_key, deduct_when=is_failure)
    by_address = limiter.limit(SIGN_IN_BY_ADDRESS, deduct_when=is_failure)
    blueprint.get("/login/code")(ask_code)
    blueprint.post("/login/code")(by_address(by_account(check_code)))


def wait_for_code(merchant: Merchant) -> None:
    """Keep for ten minutes, in this browser, that the merchant's password was right."""
    session[WAITING] = [merchant.id, utc_now().timestamp()]


def ask_code() -> ResponseReturnValue:
    """Ask for the app's code, of who has given the right password just now."""
    if _waiting_factor() is None:
        return redirect(url_for(".sign_in", next=safe_next()))
    return render_template("accounts/code.html", form=CodeForm())


def check_code() -> ResponseReturnValue:
    """Sign in with the app's code, or with a recovery code."""
    factor, form = _waiting_factor(), CodeForm()
    if factor is None:
        return redirect(url_for(".sign_in", next=safe_next()), 303)
    if not form.validate():
        return render_template("accounts/code.html", form=form), 422
    if not is_right_code(current_runtime().sealer, factor, form.code.data):
        form.code.errors = [_("This code is wrong, or was used already. Wait for the next one.")]
        return render_template("accounts/code.html", form=form), 422
    begin_session(factor.merchant)
    log.info("session.begun", merchant=factor.merchant_id, second_factor=True)
    return redirect(next_page(), 303)


def _waiting_factor() -> SecondFactor | None:
    """Return the factor of who is half signed in, or None if nobody is, or no longer."""
    merchant_id, since = session.get(WAITING, (0, 0.0))
    if utc_now().timestamp() - since > WAIT_S:
        return None
    merchant = Merchant.get_or_none(Merchant.id == merchant_id)
    return None if merchant is None else factor_of(merchant)


def _waiting_key() -> str:
    """Return what counts the tries for one account."""
    kept = session.get(WAITING)
    return f"merchant {kept[0]}" if kept else get_remote_address()
