"""List, add, rename and remove the merchant's passkeys."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.errors import PasskeyRefusedError, UserRefusedError
from portal.models import Passkey, database
from portal.rules.accounts.passkey_refusals import MAX_PASSKEYS
from portal.rules.accounts.user_refusals import USER_REFUSALS
from portal.services.accounts import passkeys as services
from portal.services.accounts.passkey_ceremonies import read_new_passkey, registration_options
from portal.services.accounts.passkey_challenges import new_user_handle
from portal.web.account.blueprint import blueprint
from portal.web.account.views.one_time_secret import redirect_to_secret
from portal.web.accounts.emails import send_account_changed
from portal.web.accounts.forms import PasskeyForm
from portal.web.accounts.fresh_password import (
    PasswordForm,
    fresh_password_required,
    is_recently_confirmed,
)
from portal.web.accounts.next_page import safe_next
from portal.web.accounts.passkey_challenges import (
    PasskeyPurpose,
    issue_challenge,
    relying_party,
    show_passkey_refusal,
    take_challenge,
)
from portal.web.browser_names import browser_name
from portal.web.limits import CONTROL_BY_ADDRESS, limiter, merchant_key
from portal.web.login import signed_in_merchant, this_session_id
from portal.web.page_form import PageForm
from portal.web.runtime import current_runtime


class PasskeyNameForm(PageForm):
    """Form with the name of a passkey."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Enter a name.")), Length(max=services.NAME_LIMIT)]
    )


class NewPasskeyForm(PasskeyNameForm, PasskeyForm):
    """Form with a new passkey and its name."""


def _list_page_of(form: PasswordForm) -> str:
    return _list_page(password_form=form)


def _passkey_page_of(form: PasswordForm, passkey_id: int) -> str:
    return _passkey_page(_passkey_or_404(passkey_id), password_form=form)


@blueprint.get("/passkeys")
@login_required
def passkeys() -> ResponseReturnValue:
    """Show the passkeys, and the form to add one after a recent confirmation."""
    return _list_page()


@blueprint.post("/passkeys/begin")
@login_required
@fresh_password_required(PasswordForm, page=_list_page_of)
def begin_passkey(_form: PasswordForm) -> ResponseReturnValue:
    """Continue at the form that adds a passkey, because the merchant has confirmed it."""
    return redirect(url_for(".passkeys", next=safe_next()), 303)


@blueprint.post("/passkeys/options")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS, key_func=merchant_key)
def new_passkey_options() -> ResponseReturnValue:
    """Return as JSON what the browser has to create; 409 without a recent confirmation."""
    party, merchant = relying_party(), signed_in_merchant()
    if not is_recently_confirmed():
        return {"problem": _("Reload the page and enter your password.")}, 409
    known = services.passkeys_of(merchant)
    handle = known[0].user_handle if known else new_user_handle()
    challenge = issue_challenge(PasskeyPurpose.ADD, merchant, user_handle=handle)
    return dict(registration_options(party, merchant, challenge, known))


@blueprint.post("/passkeys")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS, key_func=merchant_key)
def add_passkey() -> ResponseReturnValue:
    """Save the passkey that the browser has created; show recovery codes with the first factor."""
    party, merchant, form = relying_party(), signed_in_merchant(), NewPasskeyForm()
    if not is_recently_confirmed() or not form.validate():
        problems = form.errors.get("passkey", [""])
        return _list_page(new_form=form, problem=problems[0]), 422
    try:
        challenge = take_challenge(PasskeyPurpose.ADD, merchant)
        passkey = read_new_passkey(party, challenge, form.passkey.data)
        with database.atomic():
            codes = services.add_passkey(passkey, form.name.data, keep=this_session_id())
            send_account_changed(current_runtime(), merchant, "passkey_added")
    except PasskeyRefusedError as refused:
        return _list_page(new_form=form, problem=show_passkey_refusal(refused)), 422
    if codes:
        return redirect_to_secret("recovery-codes", codes, back=safe_next())
    flash(_("Passkey added. You were signed out on all other devices."), "success")
    return redirect(safe_next() or url_for(".passkeys"), 303)


@blueprint.get("/passkeys/<key:passkey_id>")
@login_required
def passkey(passkey_id: int) -> ResponseReturnValue:
    """Show one passkey, with the forms to rename and to remove it."""
    return _passkey_page(_passkey_or_404(passkey_id))


@blueprint.post("/passkeys/<key:passkey_id>/rename")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS, key_func=merchant_key)
def rename_passkey(passkey_id: int) -> ResponseReturnValue:
    """Give a passkey another name."""
    found, form = _passkey_or_404(passkey_id), PasskeyNameForm()
    if not form.validate():
        return _passkey_page(found, name_form=form), 422
    services.rename_passkey(found, form.name.data)
    flash(_("Passkey renamed."), "success")
    return redirect(url_for(".passkeys"), 303)


@blueprint.post("/passkeys/<key:passkey_id>/remove")
@login_required
@fresh_password_required(PasswordForm, page=_passkey_page_of)
def remove_passkey(_form: PasswordForm, passkey_id: int) -> ResponseReturnValue:
    """Remove a passkey; respond with 409 to operators without another second factor."""
    merchant, found = signed_in_merchant(), _passkey_or_404(passkey_id)
    try:
        with database.atomic():
            if services.remove_passkey(found, keep=this_session_id()):
                send_account_changed(current_runtime(), merchant, "passkey_removed")
    except UserRefusedError as refused:
        return _passkey_page(found, problem=_(USER_REFUSALS[refused.reason])), 409
    flash(_("Passkey removed. You were signed out on all other devices."), "success")
    return redirect(url_for(".passkeys"), 303)


def _passkey_or_404(passkey_id: int) -> Passkey:
    found = services.passkey_by_id(signed_in_merchant(), passkey_id)
    if found is None:
        abort(404)
    return found


def _list_page(
    *,
    password_form: PasswordForm | None = None,
    new_form: NewPasskeyForm | None = None,
    problem: str = "",
) -> str:
    if new_form is None:
        new_form = NewPasskeyForm(
            formdata=None, name=browser_name(request.user_agent.string) or _("My passkey")
        )
    return render_template(
        "account/passkeys.html",
        passkeys=services.passkeys_of(signed_in_merchant()),
        max_passkeys=MAX_PASSKEYS,
        is_confirmed=is_recently_confirmed(),
        password_form=password_form or PasswordForm(formdata=None),
        new_form=new_form,
        problem=problem,
        next=safe_next(),
    )


def _passkey_page(
    passkey: Passkey,
    *,
    password_form: PasswordForm | None = None,
    name_form: PasskeyNameForm | None = None,
    problem: str = "",
) -> str:
    return render_template(
        "account/passkey.html",
        passkey=passkey,
        password_form=password_form or PasswordForm(formdata=None),
        name_form=name_form or PasskeyNameForm(formdata=None, name=passkey.name),
        problem=problem,
    )
