"""Sign in with a passkey, or finish with one after the password.

The passkey's device verifies the person, so a passkey alone is password and second factor.
"""

from __future__ import annotations

import structlog
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.errors import PasskeyRefusedError
from portal.models import Merchant
from portal.services.accounts.passkey_ceremonies import authentication_options, check_answer
from portal.services.accounts.passkeys import passkeys_of
from portal.web.accounts.blueprint import blueprint
from portal.web.accounts.forms import CodeForm, PasskeyForm, SignInForm
from portal.web.accounts.next_page import next_page, safe_next
from portal.web.accounts.passkey_challenges import (
    PasskeyPurpose,
    issue_challenge,
    relying_party,
    show_passkey_refusal,
    take_challenge,
)
from portal.web.accounts.second_step import show_second_step, waiting_merchant
from portal.web.accounts.views import show_account_locked
from portal.web.limits import CONTROL_BY_ADDRESS, SIGN_IN_BY_ADDRESS, is_failure, limiter
from portal.web.login import begin_session

log = structlog.get_logger(__name__)


@blueprint.post("/login/passkey/options")
@limiter.limit(CONTROL_BY_ADDRESS)
def passkey_options() -> ResponseReturnValue:
    """Return as JSON what the browser has to ask any passkey of this portal."""
    party = relying_party()
    return dict(authentication_options(party, issue_challenge(PasskeyPurpose.SIGN_IN)))


@blueprint.post("/login/passkey")
@limiter.limit(SIGN_IN_BY_ADDRESS, deduct_when=is_failure)
def sign_in_with_passkey() -> ResponseReturnValue:
    """Sign in to the account of the passkey."""
    party, form = relying_party(), PasskeyForm()
    if not form.validate():
        return _sign_in_page(form.passkey.errors[0]), 422
    try:
        passkey = check_answer(party, take_challenge(PasskeyPurpose.SIGN_IN), form.passkey.data)
    except PasskeyRefusedError as refused:
        return _sign_in_page(show_passkey_refusal(refused)), 422
    return _begin(passkey.merchant)


@blueprint.post("/login/code/passkey/options")
@limiter.limit(CONTROL_BY_ADDRESS)
def second_step_passkey_options() -> ResponseReturnValue:
    """Return as JSON what the browser has to ask the passkeys of the waiting account.

    The response is 409 if no sign-in waits.
    """
    party, merchant = relying_party(), waiting_merchant()
    if merchant is None:
        return {"problem": _("This took too long. Sign in again.")}, 409
    challenge = issue_challenge(PasskeyPurpose.SECOND_STEP, merchant)
    return dict(authentication_options(party, challenge, passkeys_of(merchant)))


@blueprint.post("/login/code/passkey")
@limiter.limit(SIGN_IN_BY_ADDRESS, deduct_when=is_failure)
def finish_with_passkey() -> ResponseReturnValue:
    """Sign in with a passkey after a correct password."""
    party, merchant, form = relying_party(), waiting_merchant(), PasskeyForm()
    if merchant is None:
        return redirect(url_for(".sign_in", next=safe_next()), 303)
    if not form.validate():
        return show_second_step(merchant, CodeForm(formdata=None), form.passkey.errors[0]), 422
    try:
        challenge = take_challenge(PasskeyPurpose.SECOND_STEP, merchant)
        check_answer(party, challenge, form.passkey.data)
    except PasskeyRefusedError as refused:
        problem = show_passkey_refusal(refused)
        return show_second_step(merchant, CodeForm(formdata=None), problem), 422
    return _begin(merchant)


def _sign_in_page(problem: str) -> str:
    form = SignInForm(formdata=None)
    return render_template("accounts/sign_in.html", form=form, problem=problem)


def _begin(merchant: Merchant) -> ResponseReturnValue:
    if merchant.is_locked:
        return show_account_locked()
    begin_session(merchant)
    log.info("session.started", merchant=merchant.id, passkey=True)
    return redirect(next_page(), 303)
