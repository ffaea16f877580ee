"""Name by which other people see a person, instead of the email address."""

from __future__ import annotations

from portal.models import AuditLogEntry, Merchant, database
from portal.rules.accounts.audit_actions import AuditAction

NAME_LIMIT = 80


def save_name(merchant: Merchant, name: str) -> None:
    """Store the name; an empty one shows the email address again.

    The audit log records the change without the name, which the deletion of the account erases.
    """
    if merchant.name == name:
        return
    with database.atomic():
        Merchant.update(name=name).where(Merchant.id == merchant.id).execute()
        AuditLogEntry.record_request(None, AuditAction.NAME_CHANGED, f"merchant {merchant.id}")
    merchant.name = name
