"""Kinds of security events: refused tries, and changes of an account's credentials."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.rules.accounts.audit_actions import AuditAction


class SecurityEventKind(StrEnum):
    """Kind of a security event; the log line of a kind is ``security.<kind>``."""

    # Refused
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - a kind, not a password
    CODE_REFUSED = "code_refused"
    PASSKEY_REFUSED = "passkey_refused"
    PASSKEY_COPIED = "passkey_copied"
    API_KEY_REFUSED = "api_key_refused"
    STORE_REFUSED = "store_refused"
    OPERATOR_PAGE_REFUSED = "operator_page_refused"
    STATE_REFUSED = "state_refused"
    CSRF_REFUSED = "csrf_refused"
    HOST_REFUSED = "host_refused"
    LIMIT_REACHED = "limit_reached"
    # Done
    SIGNED_IN = "signed_in"
    NEW_BROWSER = "new_browser"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind, not a password
    FACTOR_CHANGED = "factor_changed"
    EMAIL_CHANGED = "email_changed"
    API_KEY_CREATED = "api_key_created"
    ENDPOINT_CREATED = "endpoint_created"
    MEMBER_JOINED = "member_joined"
    SESSIONS_ENDED = "sessions_ended"


_FIRST_DONE = list(SecurityEventKind).index(SecurityEventKind.SIGNED_IN)
REFUSED_KINDS = frozenset(list(SecurityEventKind)[:_FIRST_DONE])
# Failed sign-ins; many of them from one network, or at many accounts, are an attack.
SIGN_IN_REFUSED_KINDS = frozenset(
    {
        SecurityEventKind.PASSWORD_REFUSED,
        SecurityEventKind.CODE_REFUSED,
        SecurityEventKind.PASSKEY_REFUSED,
        SecurityEventKind.PASSKEY_COPIED,
    }
)
# Entries of the audit log that are security events, too.
KINDS_OF_ACTIONS: Mapping[str, SecurityEventKind] = {
    AuditAction.PASSWORD_CHANGED: SecurityEventKind.PASSWORD_CHANGED,
    AuditAction.SECOND_FACTOR_ON: SecurityEventKind.FACTOR_CHANGED,
    AuditAction.SECOND_FACTOR_OFF: SecurityEventKind.FACTOR_CHANGED,
    AuditAction.SECOND_FACTOR_CODES_RENEWED: SecurityEventKind.FACTOR_CHANGED,
    AuditAction.PASSKEY_ADDED: SecurityEventKind.FACTOR_CHANGED,
    AuditAction.PASSKEY_REMOVED: SecurityEventKind.FACTOR_CHANGED,
    AuditAction.EMAIL_CHANGED: SecurityEventKind.EMAIL_CHANGED,
    AuditAction.API_KEY_CREATED: SecurityEventKind.API_KEY_CREATED,
    AuditAction.API_KEY_ROTATED: SecurityEventKind.API_KEY_CREATED,
    AuditAction.ENDPOINT_CREATED: SecurityEventKind.ENDPOINT_CREATED,
    AuditAction.MEMBER_JOINED: SecurityEventKind.MEMBER_JOINED,
    AuditAction.SESSION_ENDED: SecurityEventKind.SESSIONS_ENDED,
    AuditAction.ACCOUNT_SESSIONS_ENDED: SecurityEventKind.SESSIONS_ENDED,
}


def is_refused(kind: str) -> bool:
    """Return whether something was refused, and not done."""
    return kind in REFUSED_KINDS
