"""Pages that change the password, and the e-mail address after both addresses confirm."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.errors import MailError
from portal.models import Merchant
from portal.services.accounts.change_email import (
    End,
    Progress,
    ask_change,
    change_of,
    change_with,
    confirm_change,
    refuse_change,
)
from portal.services.accounts.change_password import change_password
from portal.web.account.pages import behind_password
from portal.web.accounts.forms import ChangeEmailForm, ChangePasswordForm
from portal.web.accounts.letters import send_email_change, tell_change
from portal.web.accounts.link_pages import answer_with_link
from portal.web.limits import CONTROL_BY_ADDRESS, LETTERS_BY_MERCHANT, limiter, merchant_key
from portal.web.login import signed_in_merchant, this_session_id
from portal.web.runtime import current_runtime

SAID = {
    Progress.WAITS: (_l("Confirmed. The other address has to confirm it, too."), "success"),
    Progress.DONE: (_l("Your e-mail address is changed. Use it when you sign in."), "success"),
    Progress.TAKEN: (_l("This address can't be used. Ask for the change again."), "error"),
    Progress.GONE: (_l("This change is over already."), "info"),
}


def add_to(blueprint: Blueprint) -> None:
    """Add these pages to the account's."""
    by_merchant = limiter.limit(LETTERS_BY_MERCHANT, key_func=merchant_key)
    blueprint.get("/password")(behind_password(password))
    blueprint.post("/password")(behind_password(set_password))
    blueprint.get("/email")(behind_password(email))
    blueprint.post("/email")(behind_password(by_merchant(ask_for_email)))
    blueprint.get("/email/<token>")(confirm_email)
    blueprint.post("/email/<token>")(limiter.limit(CONTROL_BY_ADDRESS)(answer_email))


def password() -> ResponseReturnValue:
    """Ask for the password, and the new one."""
    return render_template("account/password.html", form=ChangePasswordForm())


def set_password() -> ResponseReturnValue:
    """Change the password; every other browser is signed out."""
    form, merchant = ChangePasswordForm(), signed_in_merchant()
    if not form.validate():
        return render_template("account/password.html", form=form), 422
    if change_password(merchant, form.new_password.data, keep=this_session_id()):
        tell_change(current_runtime(), merchant, "password")
        flash(_("Your password is changed. Every other browser is signed out."), "success")
    return redirect(url_for("account.index"), 303)


def email() -> ResponseReturnValue:
    """Ask for the new address, and the password."""
    return render_template(
        "account/email.html", form=ChangeEmailForm(), change=change_of(signed_in_merchant())
    )


def ask_for_email() -> ResponseReturnValue:
    """Mail both ends; the answer is the same whether or not the new address has an account."""
    form, merchant = ChangeEmailForm(), signed_in_merchant()
    if not form.validate():
        return render_template("account/email.html", form=form), 422
    if form.email.data == merchant.email:
        form.email.errors = [_("This is your address already.")]
        return render_template("account/email.html", form=form), 422
    return answer_with_link(
        "account/email.html",
        form,
        lambda: _ask_both(merchant, form.email.data),
        page_sent="account/email_asked.html",
    )


def confirm_email(token: str) -> ResponseReturnValue:
    """Show which change a letter is about, and ask; who merely opens a link confirms nothing."""
    found = change_with(token)
    if found is None:
        return render_template("account/email_dead.html"), 410
    change, end = found
    return render_template(
        "account/email_confirm.html", change=change, is_new=end is End.NEW, token=token
    )


def answer_email(token: str) -> ResponseReturnValue:
    """Confirm or refuse the change, for the end that the letter went to."""
    found = change_with(token)
    if found is None:
        return render_template("account/email_dead.html"), 410
    if request.form.get("answer") == "no":
        refuse_change(found[0])
        flash(_("Refused. The address stays as it is."), "info")
    else:
        text, tone = SAID[confirm_change(*found)]
        flash(str(text), tone)
    return redirect(url_for("home.index"), 303)


def _ask_both(merchant: Merchant, new_email: str) -> None:
    """Write the change down and mail both ends; without both letters it is forgotten again."""
    asked = ask_change(merchant, new_email)
    try:
        send_email_change(current_runtime(), merchant, new_email, asked)
    except MailError:
        refuse_change(asked.change)
        raise
