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
        _l("Admins can see and change all stores, and manage users, keys and alerts."),
        _l("%(email)s is now an admin."),
        _set_role(OperatorRole.ADMIN),
    ),
    "make-support": UserAction(
        _l("Make support"),
        _l("Give %(email)s the support role?"),
        _l("Support can see all stores and invite merchants, but can't change stores."),
        _l("%(email)s now has the support role."),
        _set_role(OperatorRole.SUPPORT),
    ),
    "remove-operator": UserAction(
        _l("Remove operator role"),
        _l("Remove the operator role of %(email)s?"),
        _l("The account stays and can still open its own stores."),
        _l("%(email)s is no longer an operator."),
        _set_role(None),
    ),
    "lock": UserAction(
        _l("Lock"),
        _l("Lock the account of %(email)s?"),
        _l(
            "All sessions end immediately and nobody can sign in. API keys stop working "
            "and webhook endpoints get no events. The stores stay connected."
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
        _l("Sign out everywhere"),
        _l("Sign %(email)s out everywhere?"),
        _l("All devices have to sign in again. API keys keep working."),
        _l("%(email)s is signed out everywhere."),
        end_sessions,
    ),
    "reset-factor": UserAction(
        _l("Reset two-step verification"),
        _l("Turn off two-step verification for %(email)s?"),
        _l(
            "Verify the person's identity first. This also removes their passkeys, so a "
            "password alone is enough to sign in."
        ),
        _l("Two-step verification for %(email)s is off."),
        reset_factor,
    ),
    "reset-sign-in-limit": UserAction(
        _l("Reset sign-in limit"),
        _l("Let %(email)s sign in now?"),
        _l(
            "This clears their wrong passwords and codes, so someone who guesses also "
            "gets more attempts."
        ),
        _l("%(email)s can sign in now."),
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
