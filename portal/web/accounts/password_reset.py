"""Reset of a forgotten password by an emailed link."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.errors import PasswordRefusedError
from portal.models import Merchant, database
from portal.services.accounts.change_password import (
    RESET_TTL_S,
    change_password,
    merchant_by_reset_token,
)
from portal.services.api_keys.suspend_keys import count_valid_keys, suspend_keys
from portal.web.accounts.blueprint import blueprint
from portal.web.accounts.emailed_links import show_link_sent
from portal.web.accounts.emails import send_account_changed, send_reset_link
from portal.web.accounts.forms import (
    ResetPasswordForm,
    SignUpForm,
    show_password_refusal,
)
from portal.web.accounts.sign_in_tries import let_in_after_reset
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    SIGN_UP_BY_ACCOUNT,
    SIGN_UP_BY_ADDRESS,
    SIGN_UP_BY_NETWORK,
    account_and_network_key,
    account_key,
    limiter,
)
from portal.web.runtime import current_runtime


@blueprint.get("/forgot")
def forgot() -> ResponseReturnValue:
    """Ask for the email address that gets a link to set a new password."""
    return render_template("accounts/forgot.html", form=SignUpForm())


@blueprint.post("/forgot")
@limiter.limit(SIGN_UP_BY_ADDRESS)
@limiter.limit(SIGN_UP_BY_NETWORK, key_func=account_and_network_key)
@limiter.limit(SIGN_UP_BY_ACCOUNT, key_func=account_key)
def send_reset() -> ResponseReturnValue:
    """Email the link; the response does not reveal whether the address has an account."""
    form = SignUpForm()
    if not form.validate():
        return render_template("accounts/forgot.html", form=form), 422
    send_reset_link(current_runtime(), form.email.data)
    return show_link_sent(form.email.data, hours=RESET_TTL_S // 3600)


@blueprint.get("/reset/<token>")
def reset(token: str) -> ResponseReturnValue:
    """Ask for the new password."""
    merchant = merchant_by_reset_token(current_runtime().settings.secret_keys, token)
    if merchant is None:
        return _reset_link_dead()
    return _reset_page(merchant, ResetPasswordForm())


@blueprint.post("/reset/<token>")
@limiter.limit(CONTROL_BY_ADDRESS)
def set_new_password(token: str) -> ResponseReturnValue:
    """Set the new password and end all sessions."""
    runtime = current_runtime()
    merchant = merchant_by_reset_token(runtime.settings.secret_keys, token)
    if merchant is None:
        return _reset_link_dead()
    form = ResetPasswordForm()
    if not form.validate():
        return _reset_page(merchant, form), 422
    try:
        with database.atomic():
            is_changed = change_password(merchant, form.password.data, by_link=True)
            if is_changed and form.suspend_keys.data:
                suspend_keys(merchant)
            if is_changed:
                send_account_changed(runtime, merchant, "password")
    except PasswordRefusedError as refused:
        show_password_refusal(form.password, refused)
        return _reset_page(merchant, form), 422
    if not is_changed:
        return _reset_link_dead()
    let_in_after_reset(merchant)
    flash(
        _(
            "Your password was changed and you were signed out on all devices. Sign in "
            "with the new password."
        ),
        "success",
    )
    return redirect(url_for(".sign_in"), 303)


def _reset_page(merchant: Merchant, form: ResetPasswordForm) -> str:
    return render_template(
        "accounts/reset.html",
        form=form,
        email=merchant.email,
        has_keys=count_valid_keys(merchant) > 0,
    )


def _reset_link_dead() -> ResponseReturnValue:
    return render_template("accounts/reset_invalid.html"), 410
