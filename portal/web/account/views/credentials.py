"""Change the password, or the email address after both addresses have confirmed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from portal.errors import PasswordRefusedError
from portal.models import EmailChange, Merchant, database
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
from portal.web.accounts.forms import show_password_refusal
from portal.web.accounts.fresh_password import (
    ChangeEmailForm,
    ChangePasswordForm,
    fresh_password_required,
)
from portal.web.known_browsers import remember_browser
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    EMAILS_BY_MERCHANT,
    limiter,
    merchant_key,
)
from portal.web.login import signed_in_merchant, this_session_id
from portal.web.runtime import current_runtime

CONFIRMATION_MESSAGES = {
    EmailChangeStatus.WAITS: (
        _l("Confirmed. Now confirm the change from the other email address, too."),
        "success",
    ),
    EmailChangeStatus.DONE: (
        _l(
            "Your email address was changed and you were signed out on all other "
            "devices. Sign in with the new address."
        ),
        "success",
    ),
    EmailChangeStatus.TAKEN: (
        _l("This email address can't be used. Request the change again."),
        "error",
    ),
    EmailChangeStatus.GONE: (_l("This change was already made or canceled."), "info"),
}


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("account/password.html", form=form)


@blueprint.get("/password")
@login_required
def password() -> ResponseReturnValue:
    """Show the form to change the password."""
    return _password_page(ChangePasswordForm())


@blueprint.post("/password")
@login_required
@fresh_password_required(ChangePasswordForm, page=_password_page)
def set_password(form: ChangePasswordForm) -> ResponseReturnValue:
    """Change the password; every other browser is signed out."""
    merchant = signed_in_merchant()
    try:
        with database.atomic():
            is_changed = change_password(merchant, form.new_password.data, keep=this_session_id())
            if is_changed:
                send_account_changed(current_runtime(), merchant, "password")
    except PasswordRefusedError as refused:
        show_password_refusal(form.new_password, refused)
        return _password_page(form), 422
    if is_changed:
        remember_browser(Merchant.get_by_id(merchant.id))
        flash(_("Your password was changed. You were signed out on all other devices."), "success")
    return redirect(url_for("account.index"), 303)


def _email_page(form: ChangeEmailForm) -> str:
    return render_template("account/email.html", form=form)


@blueprint.get("/email")
@login_required
def email() -> ResponseReturnValue:
    """Show the form to change the email address, and a pending change."""
    return render_template(
        "account/email.html",
        form=ChangeEmailForm(),
        change=pending_email_change(signed_in_merchant()),
    )


@blueprint.post("/email")
@login_required
@limiter.limit(EMAILS_BY_MERCHANT, key_func=merchant_key)
@fresh_password_required(ChangeEmailForm, page=_email_page)
def request_email_change(form: ChangeEmailForm) -> ResponseReturnValue:
    """Email a link to both addresses.

    The response does not reveal whether the new address has an account.
    """
    merchant = signed_in_merchant()
    if form.email.data == merchant.email:
        form.email.errors = [_("This is already your email address.")]
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
        flash(_("Canceled. Your email address stays the same."), "info")
    else:
        text, tone = CONFIRMATION_MESSAGES[_confirm(*found)]
        flash(str(text), tone)
    return redirect(url_for("home.index"), 303)


def _confirm(change: EmailChange, side: EmailSide) -> EmailChangeStatus:
    """Confirm for one address; write to both when the address is changed.

    Only the session of this browser remains, if it is the merchant's.
    """
    merchant, old_email = change.merchant, change.merchant.email
    is_mine = current_user.is_authenticated and signed_in_merchant().id == merchant.id
    with database.atomic():
        status = confirm_email_change(change, side, keep=this_session_id() if is_mine else None)
        if status is EmailChangeStatus.DONE:
            for address in (old_email, change.new_email):
                send_account_changed(current_runtime(), merchant, "email", to=address)
    return status
