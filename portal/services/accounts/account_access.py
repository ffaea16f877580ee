"""Access to an account: lock and unlock it, end its sessions, reset its second factor and limit.

``actor`` is the admin who made a change on a page, None for a command. Each change is recorded in
the audit log, and the account's owner gets an email.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from portal.errors import UserRefusedError
from portal.models import AuditLogEntry, BrowserSession, Merchant, database, utc_now
from portal.rules.accounts.account_changes import AccountChange
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.user_refusals import UserRefusal
from portal.services.accounts.account_emails import email_account_changed
from portal.services.accounts.earlier_access import end_earlier_access
from portal.services.accounts.operators import lock_account_row, record_account_change
from portal.services.accounts.second_factor import drop_factor
from portal.services.accounts.sign_up import email_key
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def lock_account(
    runtime: Runtime, merchant: Merchant, *, actor: Merchant | None = None, force: bool = False
) -> bool:
    """Lock the account and end all earlier access; return False if it was locked before.

    Raises UserRefusedError for the actor's own account, and for the only admin who can sign in
    unless ``force``.
    """
    if actor is not None and actor.id == merchant.id:
        raise UserRefusedError(merchant.id, UserRefusal.OWN_ACCOUNT)
    with database.atomic():
        current = lock_account_row(merchant, keep_admin=not force)
        changed = not current.is_locked
        if changed:
            _set_locked_at(merchant, utc_now())
            count = end_earlier_access(merchant)
            record_account_change(
                merchant, AccountChange.LOCKED, actor, after={"sessions_ended": count}
            )
            _report(runtime, merchant, AccountChange.LOCKED)
    return changed


def unlock_account(runtime: Runtime, merchant: Merchant, *, actor: Merchant | None = None) -> bool:
    """Unlock the account; its API keys work again. Returns False if it was not locked."""
    with database.atomic():
        changed = lock_account_row(merchant, keep_admin=False).is_locked
        if changed:
            _set_locked_at(merchant, None)
            record_account_change(merchant, AccountChange.UNLOCKED, actor)
            _report(runtime, merchant, AccountChange.UNLOCKED)
    return changed


def end_sessions(runtime: Runtime, merchant: Merchant, *, actor: Merchant | None = None) -> int:
    """Sign the account out of all browsers, end its half sign-ins and unfinished changes.

    Returns how many sessions ended.
    """
    with database.atomic():
        count = end_earlier_access(merchant)
        if count:
            record_account_change(
                merchant, AccountChange.SESSIONS_ENDED, actor, after={"sessions_ended": count}
            )
            _report(runtime, merchant, AccountChange.SESSIONS_ENDED)
    return count


def end_everybodys_sessions(*, actor: Merchant | None = None) -> int:
    """Sign all accounts out of all browsers; return how many sessions ended.

    Nobody gets an email: after an incident the operator writes what has happened.
    """
    with database.atomic():
        count = int(BrowserSession.delete().execute())
        AuditLogEntry.record_request(
            None,
            AuditAction.ACCOUNT_SESSIONS_ENDED,
            "all accounts",
            actor=actor,
            after={"sessions_ended": count},
        )
    log.info("account.sessions_ended", count=count)
    return count


def reset_factor(runtime: Runtime, merchant: Merchant, *, actor: Merchant | None = None) -> bool:
    """Turn off the account's second factor, remove its passkeys and end all earlier access.

    Returns False if there was none.
    """
    with database.atomic():
        dropped = drop_factor(merchant)
        if dropped:
            record_account_change(merchant, AccountChange.FACTOR_RESET, actor)
            _report(runtime, merchant, AccountChange.FACTOR_RESET)
    return dropped


def reset_sign_in_limit(
    runtime: Runtime, merchant: Merchant, *, actor: Merchant | None = None
) -> bool:
    """Forget the account's wrong passwords and codes; return False if there were none lately."""
    changed = runtime.sign_in_throttle.clear(email_key(merchant.email))
    if changed:
        record_account_change(merchant, AccountChange.SIGN_IN_LIMIT_RESET, actor)
        _report(runtime, merchant, AccountChange.SIGN_IN_LIMIT_RESET)
    return changed


def _set_locked_at(merchant: Merchant, at: datetime | None) -> None:
    Merchant.update(locked_at=at).where(Merchant.id == merchant.id).execute()
    merchant.locked_at = at


def _report(runtime: Runtime, merchant: Merchant, change: AccountChange) -> None:
    log.info(str(change), merchant=merchant.id)
    email_account_changed(runtime, merchant, change)
