"""Turn the second factor on and off, and show new recovery codes."""

from __future__ import annotations

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from flask_wtf import FlaskForm

from portal.errors import UserRefusedError
from portal.models import database
from portal.rules.accounts.user_refusals import USER_REFUSALS
from portal.services.accounts import second_factor as factors
from portal.services.accounts.passkeys import has_passkeys
from portal.web.account.blueprint import blueprint
from portal.web.account.views.one_time_secret import redirect_to_secret
from portal.web.accounts.emails import send_account_changed
from portal.web.accounts.forms import CodeForm
from portal.web.accounts.fresh_password import PasswordForm, fresh_password_required
from portal.web.accounts.next_page import safe_next
from portal.web.limits import SIGN_IN_BY_ACCOUNT, is_failure, limiter, merchant_key
from portal.web.login import signed_in_merchant, this_session_id
from portal.web.runtime import current_runtime
from portal.web.secret_pages import note_secret


def _page_after_wrong_password(form: PasswordForm) -> str:
    return _page(password_form=form)


@blueprint.get("/second-factor")
@login_required
def second_factor() -> ResponseReturnValue:
    """Show whether the second factor is on, and the next step."""
    return _page()


@blueprint.post("/second-factor")
@login_required
@fresh_password_required(PasswordForm, page=_page_after_wrong_password)
def begin_second_factor(_form: PasswordForm) -> ResponseReturnValue:
    """Create a secret for the authenticator app."""
    factors.begin_factor(current_runtime().sealer, signed_in_merchant())
    return redirect(url_for("account.second_factor", next=safe_next()), 303)


@blueprint.post("/second-factor/confirm")
@login_required
@limiter.limit(SIGN_IN_BY_ACCOUNT, key_func=merchant_key, deduct_when=is_failure)
def confirm_second_factor() -> ResponseReturnValue:
    """Turn the second factor on if the app's first code is right; other browsers sign in again."""
    form, merchant, runtime = CodeForm(), signed_in_merchant(), current_runtime()
    if not form.validate():
        return _page(code_form=form), 422
    keep, code = this_session_id(), form.code.data
    with database.atomic():
        codes = factors.confirm_factor(runtime.sealer, merchant, code, keep=keep)
        if codes is not None:
            send_account_changed(runtime, merchant, "factor_on")
    if codes is None:
        form.code.errors = [
            _(
                "Incorrect code. Wait for the next code, and check that the time on your "
                "phone is correct."
            )
        ]
        return _page(code_form=form), 422
    return redirect_to_secret("recovery-codes", codes, back=safe_next())


@blueprint.post("/second-factor/codes")
@login_required
@fresh_password_required(PasswordForm, page=_page_after_wrong_password)
def renew_codes(_form: PasswordForm) -> ResponseReturnValue:
    """Create new recovery codes; the previous ones no longer work."""
    merchant = signed_in_merchant()
    if not factors.has_second_factor(merchant):
        return redirect(url_for("account.second_factor"), 303)
    with database.atomic():
        codes = factors.renew_codes(merchant, keep=this_session_id())
        send_account_changed(current_runtime(), merchant, "codes")
    return redirect_to_secret("recovery-codes", codes, back=safe_next())


@blueprint.post("/second-factor/off")
@login_required
@fresh_password_required(PasswordForm, page=_page_after_wrong_password)
def disable_second_factor(_form: PasswordForm) -> ResponseReturnValue:
    """Turn the app off; respond with 409 to operators without a passkey, who need a factor."""
    merchant = signed_in_merchant()
    try:
        with database.atomic():
            is_off = factors.turn_off_factor(merchant, keep=this_session_id())
            if is_off:
                send_account_changed(current_runtime(), merchant, "factor_off")
    except UserRefusedError as refused:
        return _page(problem=_(USER_REFUSALS[refused.reason])), 409
    if is_off:
        flash(_("Two-step verification is off."), "success")
    return redirect(url_for("account.second_factor"), 303)


def _page(
    *,
    password_form: FlaskForm | None = None,
    code_form: FlaskForm | None = None,
    problem: str = "",
) -> str:
    merchant = signed_in_merchant()
    secret = factors.pending_secret(current_runtime().sealer, merchant)
    if secret:
        note_secret()
    return render_template(
        "account/second_factor.html",
        factor=factors.factor_of(merchant),
        has_passkey=has_passkeys(merchant),
        remaining_codes=factors.remaining_codes(merchant),
        secret=secret,
        picture=_picture(factors.provisioning_uri(merchant, secret)) if secret else None,
        password_form=password_form or PasswordForm(formdata=None),
        code_form=code_form or CodeForm(formdata=None),
        problem=problem,
        next=safe_next(),
    )


def _picture(address: str) -> str:
    """Return the QR code as inline SVG, which the content security policy allows."""
    picture: str = segno.make(address, error="m").svg_inline(
        scale=5, light="#fff", svgclass="qr-code", lineclass=None, title=_("QR code")
    )
    return picture
