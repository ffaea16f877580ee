"""Export the account's data, and delete the account."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import UserRefusedError
from portal.rules.accounts.user_refusals import USER_REFUSALS
from portal.services.accounts.delete_account import (
    STORES_SHOWN,
    delete_account,
    stores_blocking_deletion,
)
from portal.services.accounts.export_account import export_account
from portal.web.account.blueprint import blueprint
from portal.web.accounts.emails import send_account_deleted
from portal.web.accounts.fresh_password import PasswordForm, fresh_password_required
from portal.web.formats import pretty_json
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    limiter,
)
from portal.web.login import forget_session, signed_in_merchant
from portal.web.runtime import current_runtime


def _page(form: PasswordForm, problem: str = "") -> str:
    stores = stores_blocking_deletion(signed_in_merchant())
    return render_template(
        "account/delete.html",
        form=form,
        problem=problem,
        stores=stores[:STORES_SHOWN],
        has_more=len(stores) > STORES_SHOWN,
    )


@blueprint.post("/export")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def export() -> ResponseReturnValue:
    """Download all data that is stored about the merchant."""
    merchant = signed_in_merchant()
    answer = Response(pretty_json(export_account(merchant)), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="account-{merchant.id}.json"'
    return answer


@blueprint.get("/delete")
@login_required
def confirm_deletion() -> ResponseReturnValue:
    """Explain the consequences of deleting the account, or list the stores that prevent it."""
    return _page(PasswordForm())


@blueprint.post("/delete")
@login_required
@fresh_password_required(PasswordForm, page=_page)
def delete(form: PasswordForm) -> ResponseReturnValue:
    """Delete the account; respond with 409 if a store, or being the only admin, prevents it."""
    merchant = signed_in_merchant()
    try:
        deleted = delete_account(merchant)
    except UserRefusedError as error:
        return _page(form, _(USER_REFUSALS[error.reason])), 409
    if not deleted:
        return _page(form), 409
    send_account_deleted(current_runtime(), merchant)
    forget_session()
    flash(_("Your account was deleted."), "success")
    return redirect(url_for("home.index"), 303)
