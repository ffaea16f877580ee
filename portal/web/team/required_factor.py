"""The owner requires a second factor of everybody in the store's team, or no longer."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import TeamRefusedError
from portal.models import Store, database
from portal.rules.accounts.team_refusals import TEAM_REFUSALS
from portal.services.accounts.team import members_of
from portal.services.accounts.team_factor import require_factor_of_team
from portal.web.accounts.fresh_password import PasswordForm, fresh_password_required
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.stores.access import owner_required
from portal.web.team.emails import send_factor_rule
from portal.web.team.views import back_to_team, blueprint


def _page(form: PasswordForm, store: Store, problem: str = "") -> str:
    without = [each for each in members_of(store) if not each.has_second_factor]
    return render_template(
        "team/second_factor.html", store=store, without=without, form=form, problem=problem
    )


@blueprint.route("/second-factor", methods=["GET", "POST"])
@login_required
@owner_required
@fresh_password_required(PasswordForm, page=_page)
def second_factor(form: PasswordForm, store: Store) -> ResponseReturnValue:
    """Change whether a second factor is required, and write to the team."""
    owner, is_required = signed_in_merchant(), request.form.get("required") == "yes"
    try:
        with database.atomic():
            if require_factor_of_team(store, owner, is_required=is_required):
                send_factor_rule(current_runtime(), store, owner)
    except TeamRefusedError as refused:
        return _page(form, store, _(TEAM_REFUSALS[refused.reason])), 409
    if is_required:
        flash(_("Two-step verification is now required for the team."), "success")
    else:
        flash(_("Two-step verification is no longer required for the team."), "success")
    return back_to_team(store)
