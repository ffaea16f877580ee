"""End what began before a change of an account's credentials.

A person who got into an account may have left a session, a half sign-in, a link or a secret behind.
None of them may outlive the change by which the account's owner shuts that person out.
"""

from __future__ import annotations

from portal.models import AuditLogEntry, EmailChange, Merchant, SecondFactor, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.browser_sessions import end_browser_sessions


def end_earlier_access(merchant: Merchant, *, keep: int | None = None) -> int:
    """End all sessions but ``keep``, half sign-ins, reset links and unfinished changes.

    Unfinished changes are a second factor that is being set up and a change of address. Call it in
    the transaction of the change. Returns how many sessions ended.
    """
    with database.atomic():
        # Half sign-ins and reset links name the version under which they began.
        Merchant.update(credential_version=Merchant.credential_version + 1).where(
            Merchant.id == merchant.id
        ).execute()
        SecondFactor.delete().where(
            SecondFactor.merchant == merchant, SecondFactor.confirmed_at.is_null()
        ).execute()
        if EmailChange.delete().where(EmailChange.merchant == merchant).execute():
            AuditLogEntry.record_request(
                None, AuditAction.EMAIL_CHANGE_CANCELED, f"merchant {merchant.id}"
            )
        return end_browser_sessions(merchant, except_id=keep)


def sign_out_other_browsers(merchant: Merchant, *, except_id: int) -> int:
    """End earlier access except one session at the merchant's request, and record it.

    Returns how many sessions ended.
    """
    with database.atomic():
        count = end_earlier_access(merchant, keep=except_id)
        if count:
            AuditLogEntry.record_request(
                None, AuditAction.SESSION_ENDED, f"merchant {merchant.id}", after={"count": count}
            )
    return count
