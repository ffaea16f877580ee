"""Let who has forgotten the password choose a new one, behind a mailed link."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.services.accounts.change_password import RESET_TTL_S, change_password, merchant_to_reset
from portal.web.accounts.forms import NewPasswordForm, SignUpForm
from portal.web.accounts.letters import send_reset_link, tell_change
from portal.web.accounts.link_pages import answer_with_link
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    SIGN_UP_BY_ACCOUNT,
    SIGN_UP_BY_ADDRESS,
    account_key,
    limiter,
)
from portal.web.runtime import current_runtime


def add_to(blueprint: Blueprint) -> None:
    """Add these pages to those of the accounts."""
    by_account = limiter.limit(SIGN_UP_BY_ACCOUNT, key_func=account_key)
    blueprint.get("/forgot")(forgot)
    blueprint.post("/forgot")(limiter.limit(SIGN_UP_BY_ADDRESS)(by_account(send_reset)))
    blueprint.get("/reset/<token>")(reset)
    blueprint.post("/reset/<token>")(limiter.limit(CONTROL_BY_ADDRESS)(set_new_password))


def forgot() -> ResponseReturnValue:
    """Ask for the address that the link goes to."""
    return render_template("accounts/forgot.html", form=SignUpForm())


def send_reset() -> ResponseReturnValue:
    """Mail a link; the answer is the same whether or not the address has an account."""
    form = SignUpForm()
    if not form.validate():
        return render_template("accounts/forgot.html", form=form), 422
    return answer_with_link(
        "accounts/forgot.html",
        form,
        lambda: send_reset_link(current_runtime(), form.email.data),
        hours=RESET_TTL_S // 3600,
    )


def reset(token: str) -> ResponseReturnValue:
    """Ask for the new password."""
    merchant = merchant_to_reset(current_runtime().settings.secret_key, token)
    if merchant is None:
        return _dead()
    return render_template("accounts/reset.html", form=NewPasswordForm(), email=merchant.email)


def set_new_password(token: str) -> ResponseReturnValue:
    """Set the new password; whoever was signed in is signed out everywhere."""
    runtime = current_runtime()
    merchant, form = merchant_to_reset(runtime.settings.secret_key, token), NewPasswordForm()
    if merchant is None:
        return _dead()
    if not form.validate():
        return render_template("accounts/reset.html", form=form, email=merchant.email), 422
    if not change_password(merchant, form.password.data):
        return _dead()
    tell_change(runtime, merchant, "password")
    flash(_("Your password is changed, and you are signed out everywhere. Sign in."), "success")
    return redirect(url_for(".sign_in"), 303)


def _dead() -> ResponseReturnValue:
    return render_template("accounts/reset_dead.html"), 410
