"""Show a store's team; its owner invites and removes members and transfers ownership."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import TeamRefusedError
from portal.models import Membership, Role, Store, database
from portal.rules.accounts.team_refusals import TEAM_REFUSALS
from portal.services.accounts import team
from portal.services.accounts.invitations import invitations_of, invite, withdraw
from portal.services.accounts.team import member_of, members_of, remove_member
from portal.services.notifications.queued_emails import undelivered_recipients
from portal.web.accounts.fresh_password import PasswordForm, fresh_password_required
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    EMAILS_BY_MERCHANT,
    limiter,
    merchant_key,
)
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.stores.access import (
    get_owned_store_or_404,
    get_store_or_404,
    is_owner_of,
    members_only,
    owner_required,
)
from portal.web.team.emails import (
    TEAM_INVITATION,
    send_new_owner,
    send_new_role,
    send_team_invitation,
)
from portal.web.team.forms import ROLE_OPTIONS, InvitationForm, RoleForm
from portal.web.undo import flash_with_undo

blueprint = Blueprint("team", __name__, url_prefix="/stores/<key:store_id>/team")


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """Show the team and its open invitations."""
    return _team(get_store_or_404(store_id), InvitationForm())


@blueprint.post("/invitations")
@login_required
@limiter.limit(EMAILS_BY_MERCHANT, key_func=merchant_key)
@owner_required
def send_invitation(store: Store) -> ResponseReturnValue:
    """Invite a person by email."""
    owner, form = signed_in_merchant(), InvitationForm()
    if not form.validate():
        return _team(store, form), 422
    try:
        with database.atomic():
            invited = invite(store, owner, form.email.data, Role(form.role.data))
            send_team_invitation(current_runtime(), store, owner, invited)
    except TeamRefusedError as refused:
        return _team(store, form, gettext(TEAM_REFUSALS[refused.reason])), 422
    flash(_("Invitation sent to %(email)s.", email=form.email.data), "success")
    return back_to_team(store)


@blueprint.post("/invitations/<key:invitation_id>/withdraw")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def withdraw_invitation(store: Store, invitation_id: int) -> ResponseReturnValue:
    """Withdraw an invitation; its link no longer works."""
    try:
        withdrawn = withdraw(store, invitation_id, signed_in_merchant())
    except TeamRefusedError as refused:
        flash(gettext(TEAM_REFUSALS[refused.reason]), "error")
    else:
        flash_with_undo(
            _("Invitation to %(email)s canceled.", email=withdrawn.email),
            _("Invite again"),
            url_for("team.send_invitation", store_id=store.id),
            email=withdrawn.email,
            role=withdrawn.role,
        )
    return back_to_team(store)


@blueprint.get("/<key:member_id>/remove")
@login_required
@members_only
def confirm_removal(store_id: int, member_id: int) -> ResponseReturnValue:
    """Ask for confirmation before a staff member is removed or leaves."""
    store, member = _removable(store_id, member_id)
    leaves = member.merchant_id == signed_in_merchant().id
    return render_template("team/remove.html", store=store, member=member, leaves=leaves)


@blueprint.post("/<key:member_id>/remove")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@members_only
def remove(store_id: int, member_id: int) -> ResponseReturnValue:
    """Remove a staff member; staff may also remove themselves."""
    store, member = _removable(store_id, member_id)
    merchant = signed_in_merchant()
    try:
        remove_member(store, member, merchant)
    except TeamRefusedError as refused:
        flash(gettext(TEAM_REFUSALS[refused.reason]), "error")
        return back_to_team(store)
    if member.merchant_id == merchant.id:
        flash(_("You left the team of %(store)s.", store=store.name), "success")
        return redirect(url_for("stores.index"), 303)
    flash(_("%(email)s can no longer open this store.", email=member.merchant.email), "success")
    return back_to_team(store)


@blueprint.get("/<key:member_id>/role")
@login_required
@owner_required
def role_form(store: Store, member_id: int) -> ResponseReturnValue:
    """Ask for the new role of a member."""
    member = _member_or_404(store, member_id)
    form = RoleForm(data={"role": member.role})
    return render_template(
        "team/role.html", store=store, member=member, form=form, role_options=ROLE_OPTIONS
    )


@blueprint.post("/<key:member_id>/role")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def change_role(store: Store, member_id: int) -> ResponseReturnValue:
    """Give a member another role; their pages and API keys follow it at once."""
    member, form = _member_or_404(store, member_id), RoleForm()
    if not form.validate():
        page = render_template(
            "team/role.html", store=store, member=member, form=form, role_options=ROLE_OPTIONS
        )
        return page, 422
    role = Role(form.role.data)
    try:
        is_changed = team.change_role(store, member, role, signed_in_merchant())
    except TeamRefusedError as refused:
        flash(gettext(TEAM_REFUSALS[refused.reason]), "error")
        return back_to_team(store)
    if is_changed:
        send_new_role(current_runtime(), store, member.merchant, role)
    flash(_("Role saved."), "success")
    return back_to_team(store)


def _hand_over_page(form: PasswordForm, store: Store, member_id: int) -> str:
    member = _member_or_404(store, member_id)
    return render_template("team/transfer.html", store=store, member=member, form=form)


@blueprint.route("/<key:member_id>/transfer", methods=["GET", "POST"])
@login_required
@owner_required
@fresh_password_required(PasswordForm, page=_hand_over_page)
def transfer_ownership(_form: PasswordForm, store: Store, member_id: int) -> ResponseReturnValue:
    """Transfer the store to a staff member."""
    member, owner = _member_or_404(store, member_id), signed_in_merchant()
    try:
        team.transfer_ownership(store, member, owner)
    except TeamRefusedError as refused:
        flash(gettext(TEAM_REFUSALS[refused.reason]), "error")
        return back_to_team(store)
    send_new_owner(current_runtime(), store, member.merchant, owner)
    flash(_("%(email)s is now the owner.", email=member.merchant.email), "success")
    return back_to_team(store)


def _removable(store_id: int, member_id: int) -> tuple[Store, Membership]:
    """Return the store and a member whom the signed-in merchant may remove.

    The owner may remove anyone and members may remove themselves; responds with 403 to other staff.
    """
    store = get_store_or_404(store_id)
    member = _member_or_404(store, member_id)
    if member.merchant_id != signed_in_merchant().id:
        get_owned_store_or_404(store_id)
    return store, member


def _member_or_404(store: Store, member_id: int) -> Membership:
    member = member_of(store, member_id)
    if member is None:
        abort(404)
    return member


def _team(store: Store, form: InvitationForm, problem: str = "") -> str:
    members, invitations = members_of(store), invitations_of(store)
    me = signed_in_merchant().id  # An operator isn't among the members.
    own = next((member for member in members if member.merchant_id == me), None)
    return render_template(
        "team/index.html",
        store=store,
        members=members,
        invitations=invitations,
        undelivered=undelivered_recipients(store.id, TEAM_INVITATION) if invitations else (),
        own=own,
        is_owner=is_owner_of(store),
        form=form,
        role_options=ROLE_OPTIONS,
        problem=problem,
    )


def back_to_team(store: Store) -> ResponseReturnValue:
    """Redirect to the page of the team."""
    return redirect(url_for("team.index", store_id=store.id), 303)
