"""Reasons why a change to a user is refused, with the texts that explain them."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import N_


class UserRefusal(StrEnum):
    """Reason why a change to a user is refused; `USER_REFUSALS` has its text."""

    LAST_ADMIN = "last_admin"
    OPERATOR_NEEDS_FACTOR = "operator_needs_factor"
    OWN_ACCOUNT = "own_account"


USER_REFUSALS: dict[str, str] = {
    UserRefusal.LAST_ADMIN: N_(
        "This is the only admin who can sign in. Make someone else an admin first."
    ),
    UserRefusal.OPERATOR_NEEDS_FACTOR: N_(
        "Operators need two-step verification. Ask an admin to remove your operator role first."
    ),
    UserRefusal.OWN_ACCOUNT: N_("You can't lock your own account. Ask another admin."),
}
