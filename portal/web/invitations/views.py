"""Answer a team invitation from its link or from the list of stores."""

from __future__ import annotations

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _
from flask_login import current_user, login_required

from portal.errors import PasswordRefusedError, TeamRefusedError
from portal.models import Merchant, StoreInvitation
from portal.rules.accounts.team_refusals import TEAM_REFUSALS
from portal.services.accounts import invitations
from portal.services.accounts.sign_up import sign_up
from portal.web.accounts.forms import NewPasswordForm, show_password_refusal
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import begin_session, signed_in_merchant

log = structlog.get_logger(__name__)

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations")


@blueprint.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show an invitation and the possible answers."""
    invitation = invitations.invitation_by_token(token)
    if invitation is None:
        return render_template("invitations/invalid.html"), 410
    return _page(invitation, token, NewPasswordForm())


@blueprint.post("/<token>")
@limiter.limit(CONTROL_BY_ADDRESS)
def join(token: str) -> ResponseReturnValue:
    """Create an account for the invited address and join. Knowing the link proves the address."""
    invitation, form = invitations.invitation_by_token(token), NewPasswordForm()
    if invitation is None:
        return render_template("invitations/invalid.html"), 410
    if current_user.is_authenticated or not form.validate():
        return _page(invitation, token, form), 422
    try:
        merchant = sign_up(invitation.email, form.password.data, store_name=invitation.store.name)
    except PasswordRefusedError as refused:
        show_password_refusal(form.password, refused)
        return _page(invitation, token, form), 422
    if merchant is None:
        # The address already has an account. The page then asks the visitor to sign in.
        return redirect(url_for(".show", token=token), 303)
    begin_session(merchant)
    log.info("account.created", merchant=merchant.id)
    return _accepted(invitation, merchant)


@blueprint.post("/<key:invitation_id>/accept")
@login_required
def accept(invitation_id: int) -> ResponseReturnValue:
    """Join the team of a store that invited the signed-in merchant."""
    return _accepted(_to_me(invitation_id), signed_in_merchant())


@blueprint.post("/<key:invitation_id>/decline")
@login_required
def decline(invitation_id: int) -> ResponseReturnValue:
    invitation = _to_me(invitation_id)
    try:
        invitations.decline(invitation, signed_in_merchant())
    except TeamRefusedError as refused:
        flash(gettext(TEAM_REFUSALS[refused.reason]), "error")
    else:
        flash(_("Invitation declined."), "info")
    return redirect(url_for("stores.index"), 303)


def _accepted(invitation: StoreInvitation, merchant: Merchant) -> ResponseReturnValue:
    try:
        invitations.accept(invitation, merchant)
    except TeamRefusedError as refused:
        flash(gettext(TEAM_REFUSALS[refused.reason]), "error")
        return redirect(url_for("stores.index"), 303)
    flash(_("You've joined the team of %(store)s.", store=invitation.store.name), "success")
    return redirect(url_for("stores.show", store_id=invitation.store_id), 303)


def _to_me(invitation_id: int) -> StoreInvitation:
    """Return an invitation to the signed-in merchant; respond with 404 for other people's."""
    mine = invitations.invitations_to(signed_in_merchant())
    found = next((wait for wait in mine if wait.id == invitation_id), None)
    if found is None:
        abort(404)
    return found


def _page(invitation: StoreInvitation, token: str, form: NewPasswordForm) -> str:
    me = signed_in_merchant().email if current_user.is_authenticated else None
    return render_template(
        "invitations/show.html",
        invitation=invitation,
        token=token,
        form=form,
        me=me,
        has_account=Merchant.with_email(invitation.email) is not None,
    )
