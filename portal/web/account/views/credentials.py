"""Change the password, or the email address after both addresses have confirmed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required

from portal.models import Merchant, database
from portal.services.accounts.change_email import (
    EmailChangeStatus,
    EmailSide,
    cancel_email_change,
    confirm_email_change,
    email_change_by_token,
    pending_email_change,
)
from portal.services.accounts.change_email import request_email_change as start_email_change
from portal.services.accounts.change_password import change_password
from portal.web.account.blueprint import blueprint
from portal.web.accounts.emailed_links import show_link_sent
from portal.web.accounts.emails import send_account_changed, send_email_change
from portal.web.accounts.forms import ChangeEmailForm, ChangePasswordForm
from portal.web.accounts.fresh_password import fresh_password_required
from portal.web.known_browsers import remember_browser
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    EMAILS_BY_MERCHANT,
    SIGN_IN_BY_ACCOUNT,
    is_failure,
    limiter,
    merchant_key,
)
from portal.web.login import signed_in_merchant, this_session_id
from portal.web.runtime import current_runtime

CONFIRMATION_MESSAGES = {
    EmailChangeStatus.WAITS: (
        _l("Confirmed. The other address has to confirm it, too."),
        "success",
    ),
    EmailChangeStatus.DONE: (
        _l("Your e-mail address is changed. Use it when you sign in."),
        "success",
    ),
    EmailChangeStatus.TAKEN: (_l("This address can't be used. Ask for the change again."), "error"),
    EmailChangeStatus.GONE: (_l("This change is over already."), "info"),
}


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("account/password.html", form=form)


@blueprint.get("/password")
@login_required
@limiter.limit(SIGN_IN_BY_ACCOUNT, key_func=merchant_key, deduct_when=is_failure)
def password() -> ResponseReturnValue:
    """Show the form to change the password."""
    return _password_page(ChangePasswordForm())


@blueprint.post("/password")
@login_required
@limiter.limit(SIGN_IN_BY_ACCOUNT, key_func=merchant_key, deduct_when=is_failure)
@fresh_password_required(ChangePasswordForm, page=_password_page)
def set_password(form: ChangePasswordForm) -> ResponseReturnValue:
    """Change the password; every other browser is signed out."""
    merchant = signed_in_merchant()
    if change_password(merchant, form.new_password.data, keep=this_session_id()):
        remember_browser(Merchant.get_by_id(merchant.id))
        send_account_changed(current_runtime(), merchant, "password")
        flash(_("Your password is changed. Every other browser is signed out."), "success")
    return redirect(url_for("account.index"), 303)


def _email_page(form: ChangeEmailForm) -> str:
    return render_template("account/email.html", form=form)


@blueprint.get("/email")
@login_required
@limiter.limit(SIGN_IN_BY_ACCOUNT, key_func=merchant_key, deduct_when=is_failure)
def email() -> ResponseReturnValue:
    """Show the form to change the email address, and a pending change."""
    return render_template(
        "account/email.html",
        form=ChangeEmailForm(),
        change=pending_email_change(signed_in_merchant()),
    )


@blueprint.post("/email")
@login_required
@limiter.limit(SIGN_IN_BY_ACCOUNT, key_func=merchant_key, deduct_when=is_failure)
@limiter.limit(EMAILS_BY_MERCHANT, key_func=merchant_key)
@fresh_password_required(ChangeEmailForm, page=_email_page)
def request_email_change(form: ChangeEmailForm) -> ResponseReturnValue:
    """Email a link to both addresses.

    The response does not reveal whether the new address has an account.
    """
    merchant = signed_in_merchant()
    if form.email.data == merchant.email:
        form.email.errors = [_("This is your address already.")]
        return _email_page(form), 422
    with database.atomic():
        asked = start_email_change(merchant, form.email.data)
        send_email_change(current_runtime(), merchant, form.email.data, asked)
    return show_link_sent(form.email.data, page="account/email_change_sent.html")


@blueprint.get("/email/<token>")
def confirm_email(token: str) -> ResponseReturnValue:
    """Ask for confirmation; opening the link confirms nothing because mail scanners open links,
    too.
    """
    found = email_change_by_token(token)
    if found is None:
        return render_template("account/email_change_invalid.html"), 410
    change, end = found
    return render_template(
        "account/email_confirm.html", change=change, is_new=end is EmailSide.NEW, token=token
    )


@blueprint.post("/email/<token>")
@limiter.limit(CONTROL_BY_ADDRESS)
def resolve_email_change(token: str) -> ResponseReturnValue:
    """Confirm or refuse the change for the address that received the link."""
    found = email_change_by_token(token)
    if found is None:
        return render_template("account/email_change_invalid.html"), 410
    if request.form.get("decision") == "refuse":
        cancel_email_change(found[0])
        flash(_("Refused. The address stays as it is."), "info")
    else:
        text, tone = CONFIRMATION_MESSAGES[confirm_email_change(*found)]
        flash(str(text), tone)
    return redirect(url_for("home.index"), 303)
