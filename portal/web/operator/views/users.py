"""All accounts; admins change roles, lock and unlock, end sessions, and reset second factors."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.errors import UserRefusedError
from portal.models import Membership, Merchant
from portal.rules.accounts.user_refusals import USER_REFUSALS
from portal.services.accounts.list_security_events import latest_security_events
from portal.services.accounts.list_users import (
    UserFilter,
    UserKind,
    UserState,
    list_users,
    with_facts,
)
from portal.services.outbound_webhooks.endpoints import endpoints_of
from portal.web.accounts.fresh_password import PasswordForm, fresh_password_required
from portal.web.label import Text
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required, operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.operator.user_actions import ACTIONS, possible_actions
from portal.web.pagination import SEARCH_LIMIT, id_param
from portal.web.plain_text import plain_text
from portal.web.runtime import current_runtime
from portal.web.stores.status_labels import read_words

KINDS: dict[str, Text] = {
    UserKind.OPERATORS: _l("Operators"),
    UserKind.ADMIN: _l("Admins"),
    UserKind.SUPPORT: _l("Support"),
    UserKind.MERCHANTS: _l("Merchants"),
}
STATES: dict[str, Text] = {
    UserState.LOCKED: _l("Locked"),
    UserState.UNLOCKED: _l("Not locked"),
    UserState.WITHOUT_FACTOR: _l("No two-step verification"),
}
STORES_SHOWN = 20
EVENTS_SHOWN = 5
# In the syntax of the URL converter "any".
NAMES = ", ".join(f'"{name}"' for name in ACTIONS)


@blueprint.get("/users")
@operator_required
def users() -> ResponseReturnValue:
    """List or search all accounts, newest first."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    wanted = UserFilter(
        email=plain_text(request.args.get("q"), SEARCH_LIMIT).lower(),
        kind=kind if kind in KINDS else "",
        state=state if state in STATES else "",
    )
    page = list_users(wanted, after=id_param("after"), before=id_param("before"))

    def address(**place: int) -> str:
        chosen = {"q": wanted.email, "kind": wanted.kind, "state": wanted.state}
        kept = {name: value for name, value in chosen.items() if value}
        return url_for("operator.users", **kept, **place)  # type: ignore[arg-type]

    return render_template(
        "operator/users.html",
        rows=page.rows,
        wanted=wanted,
        kinds=KINDS.items(),
        states=STATES.items(),
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


@blueprint.get("/users/<key:user_id>")
@operator_required
def user(user_id: int) -> ResponseReturnValue:
    """Show one account with its stores and endpoints; admins see the changes that they can make."""
    merchant = _user_or_404(user_id)
    [facts] = with_facts([merchant])
    mine = signed_in_merchant()
    stores = list(Membership.stores_of(merchant).limit(STORES_SHOWN))
    read_words(stores)
    names = possible_actions(facts, is_own=merchant.id == mine.id) if mine.is_admin else ()
    return render_template(
        "operator/user.html",
        row=facts,
        stores=stores,
        endpoints=list(endpoints_of(merchant)),
        events=latest_security_events(merchant, EVENTS_SHOWN),
        is_own=merchant.id == mine.id,
        actions=[(name, ACTIONS[name]) for name in names],
    )


def _confirmation(form: PasswordForm, user_id: int, user_action: str, problem: str = "") -> str:
    return render_template(
        "operator/user_action.html",
        form=form,
        user=_user_or_404(user_id),
        name=user_action,
        action=ACTIONS[user_action],
        problem=problem,
    )


@blueprint.route(f"/users/<key:user_id>/<any({NAMES}):user_action>", methods=["GET", "POST"])
@admin_required
@fresh_password_required(PasswordForm, page=_confirmation)
def change_user(form: PasswordForm, user_id: int, user_action: str) -> ResponseReturnValue:
    """Ask for confirmation by the admin's password, then make the change."""
    merchant, action = _user_or_404(user_id), ACTIONS[user_action]
    try:
        action.make(current_runtime(), merchant, actor=signed_in_merchant())
    except UserRefusedError as refused:
        problem = _(USER_REFUSALS[refused.reason])
        return _confirmation(form, user_id, user_action, problem), 409
    flash(str(action.done) % {"email": merchant.email}, "success")
    return redirect(url_for("operator.user", user_id=user_id), 303)


def _user_or_404(user_id: int) -> Merchant:
    merchant: Merchant | None = Merchant.get_or_none(Merchant.id == user_id)
    if merchant is None:
        abort(404)
    return merchant
