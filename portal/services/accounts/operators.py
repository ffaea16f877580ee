"""Roles of operators: give, change and remove; each change is recorded in the audit log.

``actor`` is the admin who made a change on a page, None for a command.
"""

from __future__ import annotations

import structlog

from portal.errors import UserRefusedError
from portal.models import (
    COMMAND_ACTOR,
    IS_OPERATOR,
    IS_UNLOCKED,
    AuditLogEntry,
    Merchant,
    database,
)
from portal.rules.accounts.account_changes import AccountChange, role_change
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.accounts.user_refusals import UserRefusal
from portal.services.accounts.account_emails import email_account_changed
from portal.services.runtime import Runtime
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)


def has_operators() -> bool:
    """Return whether any account is an operator, locked ones included."""
    found: bool = Merchant.select().where(IS_OPERATOR).exists()
    return found


def default_role() -> OperatorRole:
    """Return the role of a new operator: admin for the first one, then support."""
    return OperatorRole.SUPPORT if has_operators() else OperatorRole.ADMIN


def set_operator_role(
    runtime: Runtime,
    merchant: Merchant,
    role: OperatorRole | None,
    *,
    actor: Merchant | None = None,
    force: bool = False,
) -> bool:
    """Give the account this role, None for no operator; return False if it has the role already.

    Emails the account's owner. Raises UserRefusedError if that leaves no admin who can sign in,
    unless ``force``.
    """
    with database.atomic():
        keep_admin = role is not OperatorRole.ADMIN and not force
        current = lock_account_row(merchant, keep_admin=keep_admin)
        if current.operator_role == role:
            return False
        Merchant.update(operator_role=role).where(Merchant.id == merchant.id).execute()
        record_account_change(
            merchant,
            role_change(role),
            actor,
            before={"operator_role": current.operator_role},
            after={"operator_role": role},
        )
        email_account_changed(runtime, merchant, role_change(role))
    merchant.operator_role = role
    log.info("operator.role_changed", merchant=merchant.id, role=role, by=_id_of(actor))
    return True


def lock_account_row(merchant: Merchant, *, keep_admin: bool) -> Merchant:
    """Return the account as it is now; nobody else can change it until the transaction ends.

    With ``keep_admin`` this raises UserRefusedError if the account is the only admin who can sign
    in. All of these admins are locked then, in one order, so two admins can't remove each other.
    """
    rows = Merchant.id == merchant.id
    if keep_admin:
        rows |= (Merchant.operator_role == OperatorRole.ADMIN) & IS_UNLOCKED
    found = {row.id: row for row in locked(Merchant.select().where(rows).order_by(Merchant.id))}
    admins = [row.id for row in found.values() if row.is_admin and not row.is_locked]
    if keep_admin and admins == [merchant.id]:
        raise UserRefusedError(merchant.id, UserRefusal.LAST_ADMIN)
    return found[merchant.id]


def record_account_change(
    merchant: Merchant,
    change: AccountChange,
    actor: Merchant | None,
    *,
    before: object = None,
    after: object = None,
) -> None:
    """Record a change to an account in the audit log."""
    AuditLogEntry.record(
        None,
        AuditAction(change),
        f"merchant {merchant.id}",
        actor=actor,
        actor_name=COMMAND_ACTOR if actor is None else None,
        before=before,
        after=after,
    )


def _id_of(actor: Merchant | None) -> int | None:
    return None if actor is None else actor.id
