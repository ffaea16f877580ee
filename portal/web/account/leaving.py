"""Hand out what is kept of a merchant, and delete the account."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.services.accounts.delete_account import delete_account, stores_in_the_way
from portal.services.accounts.export_account import export_account
from portal.web.account.pages import behind_password
from portal.web.accounts.forms import PasswordForm
from portal.web.accounts.letters import tell_deleted
from portal.web.formats import pretty_json
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import forget_session, signed_in_merchant
from portal.web.runtime import current_runtime


def add_to(blueprint: Blueprint) -> None:
    """Add these pages to the account's."""
    blueprint.post("/export")(login_required(limiter.limit(CONTROL_BY_ADDRESS)(export)))
    blueprint.get("/delete")(behind_password(confirm_deletion))
    blueprint.post("/delete")(behind_password(delete))


def export() -> ResponseReturnValue:
    """Return all that is kept of the merchant, as a file."""
    merchant = signed_in_merchant()
    answer = Response(pretty_json(export_account(merchant)), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="account-{merchant.id}.json"'
    return answer


def confirm_deletion() -> ResponseReturnValue:
    """Say what deleting the account means, or which stores are in the way."""
    return _page(PasswordForm())


def delete() -> ResponseReturnValue:
    """Delete the account, once the password is right and no store is in the way."""
    form, merchant = PasswordForm(), signed_in_merchant()
    if not form.validate():
        return _page(form), 422
    if not delete_account(merchant):
        return _page(form), 409
    tell_deleted(current_runtime(), merchant.email)
    forget_session()
    flash(_("Your account is deleted."), "success")
    return redirect(url_for("home.index"), 303)


def _page(form: PasswordForm) -> str:
    stores = stores_in_the_way(signed_in_merchant())
    return render_template("account/delete.html", form=form, stores=stores)
