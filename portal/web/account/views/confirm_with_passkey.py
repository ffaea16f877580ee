"""Confirm a sensitive change with a passkey instead of password and code.

A script asks the passkey and sends its answer; the page's form then needs no password.
"""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.errors import PasskeyRefusedError
from portal.services.accounts.browser_sessions import confirm_credentials
from portal.services.accounts.passkey_ceremonies import authentication_options, check_answer
from portal.services.accounts.passkeys import passkeys_of
from portal.web.account.blueprint import blueprint
from portal.web.accounts.forms import PasskeyForm
from portal.web.accounts.passkey_challenges import (
    PasskeyPurpose,
    issue_challenge,
    relying_party,
    show_passkey_refusal,
    take_challenge,
)
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    SIGN_IN_BY_ACCOUNT,
    is_failure,
    limiter,
    merchant_key,
)
from portal.web.login import signed_in_merchant, this_session_id


@blueprint.post("/passkeys/confirm/options")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS, key_func=merchant_key)
def confirmation_options() -> ResponseReturnValue:
    """Return as JSON what the browser has to ask the merchant's passkeys."""
    party, merchant = relying_party(), signed_in_merchant()
    challenge = issue_challenge(PasskeyPurpose.CONFIRM, merchant)
    return dict(authentication_options(party, challenge, passkeys_of(merchant)))


@blueprint.post("/passkeys/confirm")
@login_required
@limiter.limit(SIGN_IN_BY_ACCOUNT, key_func=merchant_key, deduct_when=is_failure)
def confirm_with_passkey() -> ResponseReturnValue:
    """Record the confirmation in this browser; a refusal is JSON with its ``problem``."""
    party, form = relying_party(), PasskeyForm()
    if not form.validate():
        return {"problem": str(form.passkey.errors[0])}, 422
    try:
        challenge = take_challenge(PasskeyPurpose.CONFIRM, signed_in_merchant())
        check_answer(party, challenge, form.passkey.data)
    except PasskeyRefusedError as refused:
        return {"problem": show_passkey_refusal(refused)}, 422
    confirm_credentials(this_session_id())
    return {}
