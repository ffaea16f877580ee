"""Sign up, sign in and sign out."""

from __future__ import annotations

import structlog
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from portal.errors import PasswordRefusedError
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.passkeys import has_passkeys
from portal.services.accounts.second_factor import has_second_factor, verify_code
from portal.services.accounts.sign_in import authenticate
from portal.services.accounts.sign_up import email_from_token, sign_up
from portal.web.accounts.blueprint import blueprint
from portal.web.accounts.emailed_links import show_link_sent
from portal.web.accounts.emails import send_invitation
from portal.web.accounts.forms import (
    CodeForm,
    NewPasswordForm,
    SignInForm,
    SignUpForm,
    show_password_refusal,
)
from portal.web.accounts.next_page import next_page, safe_next
from portal.web.accounts.second_step import show_second_step, start_second_step, waiting_merchant
from portal.web.accounts.sign_in_tries import SignInTry
from portal.web.limits import (
    SIGN_IN_BY_ADDRESS,
    SIGN_UP_BY_ACCOUNT,
    SIGN_UP_BY_ADDRESS,
    SIGN_UP_BY_NETWORK,
    account_and_network_key,
    account_key,
    is_failure,
    limiter,
)
from portal.web.login import begin_session, end_session
from portal.web.runtime import current_runtime
from portal.web.security_events import note_security_event

log = structlog.get_logger(__name__)


@blueprint.get("/signup")
def sign_up_form() -> ResponseReturnValue:
    """Show the sign-up form."""
    if current_user.is_authenticated:
        return redirect(url_for("home.index"))
    return render_template("accounts/sign_up.html", form=SignUpForm())


@blueprint.post("/signup")
@limiter.limit(SIGN_UP_BY_ADDRESS)
@limiter.limit(SIGN_UP_BY_NETWORK, key_func=account_and_network_key)
@limiter.limit(SIGN_UP_BY_ACCOUNT, key_func=account_key)
def send_sign_up_link() -> ResponseReturnValue:
    """Email a link; the response does not reveal whether the address has an account."""
    form = SignUpForm()
    if not form.validate():
        return render_template("accounts/sign_up.html", form=form), 422
    send_invitation(current_runtime(), form.email.data, next_page=safe_next())
    return show_link_sent(form.email.data)


@blueprint.route("/signup/<token>", methods=["GET", "POST"])
def set_password(token: str) -> ResponseReturnValue:
    """Create the account of a confirmed address and sign in."""
    email = email_from_token(current_runtime().settings.secret_keys, token)
    if email is None:
        return render_template("accounts/link_invalid.html"), 410
    form = NewPasswordForm()
    if not form.is_submitted():
        return render_template("accounts/set_password.html", form=form, email=email)
    if not form.validate():
        return render_template("accounts/set_password.html", form=form, email=email), 422
    try:
        merchant = sign_up(email, form.password.data)
    except PasswordRefusedError as refused:
        show_password_refusal(form.password, refused)
        return render_template("accounts/set_password.html", form=form, email=email), 422
    if merchant is None:
        return render_template("accounts/link_invalid.html"), 410
    begin_session(merchant)
    log.info("account.created", merchant=merchant.id)
    flash(_("Your account is ready. Connect your store next."), "success")
    return redirect(next_page(), 303)


@blueprint.get("/login")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    if current_user.is_authenticated:
        return redirect(next_page())
    return render_template("accounts/sign_in.html", form=SignInForm())


@blueprint.post("/login")
@limiter.limit(SIGN_IN_BY_ADDRESS, deduct_when=is_failure)
def open_session() -> ResponseReturnValue:
    """Sign in; the response does not reveal whether the email or the password is wrong."""
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    tried = SignInTry.of_password(form.email.data)
    if tried.wait_s:
        return tried.refuse("accounts/sign_in.html", form)
    merchant = authenticate(form.email.data, form.password.data)
    if merchant is None:
        note_security_event(SecurityEventKind.PASSWORD_REFUSED, tried.merchant)
        problem = _("Incorrect email or password.")
        return render_template("accounts/sign_in.html", form=form, problem=problem), 422
    tried.succeed()
    if merchant.is_locked:
        return show_account_locked()
    if has_second_factor(merchant):
        start_second_step(merchant)
        return redirect(url_for(".code_form", next=safe_next()), 303)
    begin_session(merchant)
    log.info("session.started", merchant=merchant.id)
    return redirect(next_page(), 303)


@blueprint.get("/login/code")
def code_form() -> ResponseReturnValue:
    """Ask for the second factor after a correct password."""
    merchant = waiting_merchant()
    if merchant is None:
        return redirect(url_for(".sign_in", next=safe_next()))
    return show_second_step(merchant, CodeForm())


@blueprint.post("/login/code")
@limiter.limit(SIGN_IN_BY_ADDRESS, deduct_when=is_failure)
def check_code() -> ResponseReturnValue:
    """Sign in with a code from the app or with a recovery code."""
    merchant, form = waiting_merchant(), CodeForm()
    if merchant is None:
        return redirect(url_for(".sign_in", next=safe_next()), 303)
    if not form.validate():
        return show_second_step(merchant, form), 422
    tried = SignInTry.of_code(merchant)
    if tried.wait_s:
        return tried.refuse("accounts/code.html", form, has_passkey=has_passkeys(merchant))
    if not verify_code(current_runtime().sealer, merchant, form.code.data):
        note_security_event(SecurityEventKind.CODE_REFUSED, merchant)
        form.code.errors = [
            _("This code is incorrect or was already used. Wait for the next code.")
        ]
        return show_second_step(merchant, form), 422
    tried.succeed()
    begin_session(merchant)
    log.info("session.started", merchant=merchant.id, second_factor=True)
    return redirect(next_page(), 303)


@blueprint.post("/logout")
@login_required
def sign_out() -> ResponseReturnValue:
    """Sign out of this browser."""
    end_session()
    flash(_("You're signed out."), "info")
    return redirect(url_for("accounts.sign_in"), 303)


def show_account_locked() -> ResponseReturnValue:
    """Say that the account is locked; only a person who knows its password gets here."""
    return render_template("accounts/locked.html"), 403
