"""Changes that operators and commands make to accounts."""

from __future__ import annotations

from enum import StrEnum

from portal.rules.accounts.operator_roles import OperatorRole


class AccountChange(StrEnum):
    """Change to an account; its `AuditAction` and the text of its email have the same name."""

    ADDED = "account.added"
    MADE_ADMIN = "account.made_admin"
    MADE_SUPPORT = "account.made_support"
    REMOVED_OPERATOR = "account.removed_operator"
    LOCKED = "account.locked"
    UNLOCKED = "account.unlocked"
    SESSIONS_ENDED = "account.sessions_ended"
    FACTOR_RESET = "account.factor_reset"
    SIGN_IN_LIMIT_RESET = "account.sign_in_limit_reset"
    KEY_REVOKED = "api_key.revoked"


def role_change(role: OperatorRole | None) -> AccountChange:
    """Return the change that gives an account this role; None means no operator."""
    if role is None:
        return AccountChange.REMOVED_OPERATOR
    if role is OperatorRole.ADMIN:
        return AccountChange.MADE_ADMIN
    return AccountChange.MADE_SUPPORT
