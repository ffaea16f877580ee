"""Changes that an admin can make to an account, with the texts of their pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.account_access import (
    end_sessions,
    lock_account,
    reset_factor,
    reset_sign_in_limit,
    unlock_account,
)
from portal.services.accounts.list_users import UserRow
from portal.services.accounts.operators import set_operator_role
from portal.web.label import Text


@dataclass(frozen=True)
class UserAction:
    """Change of an account: its texts, and the service that makes it."""

    button: Text
    question: Text
    effect: Text
    done: Text
    make: Callable[..., object]


def _set_role(role: OperatorRole | None) -> Callable[..., object]:
    def make(runtime: Any, merchant: Merchant, *, actor: Merchant) -> object:
        return set_operator_role(runtime, merchant, role, actor=actor)

    return make


ACTIONS: dict[str, UserAction] = {
    "make-admin": UserAction(
        _l("Make admin"),
        _l("Make %(email)s an admin?"),
        _l("An admin sees all stores, acts on them, and manages users, keys and alerts."),
        _l("%(email)s is an admin now."),
        _set_role(OperatorRole.ADMIN),
    ),
    "make-support": UserAction(
        _l("Make support"),
        _l("Give %(email)s the role support?"),
        _l("Support sees all stores and invites merchants, but changes nothing in them."),
        _l("%(email)s has the role support now."),
        _set_role(OperatorRole.SUPPORT),
    ),
    "remove-operator": UserAction(
        _l("Remove as operator"),
        _l("Remove %(email)s as operator?"),
        _l("The account remains, and still sees its own stores."),
        _l("%(email)s is no longer an operator."),
        _set_role(None),
    ),
    "lock": UserAction(
        _l("Lock"),
        _l("Lock the account of %(email)s?"),
        _l(
            "All sessions end at once, nobody can sign in, API keys are refused and webhook"
            " endpoints get no events. The stores stay connected."
        ),
        _l("The account of %(email)s is locked."),
        lock_account,
    ),
    "unlock": UserAction(
        _l("Unlock"),
        _l("Unlock the account of %(email)s?"),
        _l("Signing in, API keys and webhook endpoints work again."),
        _l("The account of %(email)s is unlocked."),
        unlock_account,
    ),
    "end-sessions": UserAction(
        _l("End all sessions"),
        _l("Sign %(email)s out everywhere?"),
        _l("Every browser has to sign in again. API keys keep working."),
        _l("%(email)s is signed out everywhere."),
        end_sessions,
    ),
    "reset-factor": UserAction(
        _l("Reset second factor"),
        _l("Turn off the second factor of %(email)s?"),
        _l(
            "Verify the person's identity first: passkeys are removed, too, and the password alone"
            " lets them in."
        ),
        _l("The second factor of %(email)s is off."),
        reset_factor,
    ),
    "reset-sign-in-limit": UserAction(
        _l("Reset sign-in limit"),
        _l("Let %(email)s sign in without a wait?"),
        _l("Wrong passwords and codes are forgotten, so somebody who guesses has more tries, too."),
        _l("%(email)s can sign in without a wait."),
        reset_sign_in_limit,
    ),
}


def possible_actions(user: UserRow, *, is_own: bool) -> Sequence[str]:
    """Return the names of the changes that make sense for the account.

    ``is_own`` means that it is the admin's own account.
    """
    merchant = user.merchant
    possible = {
        "make-admin": not merchant.is_admin,
        "make-support": merchant.operator_role != OperatorRole.SUPPORT,
        "remove-operator": merchant.is_operator,
        "lock": not merchant.is_locked and not is_own,
        "unlock": merchant.is_locked,
        "end-sessions": user.sessions > 0,
        "reset-factor": user.has_factor,
        "reset-sign-in-limit": True,
    }
    return [name for name in ACTIONS if possible[name]]
