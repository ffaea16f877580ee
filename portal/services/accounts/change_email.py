"""Change of a merchant's e-mail address, confirmed from both the old and the new address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog
from peewee import IntegrityError

from portal.models import (
    AuditLogEntry,
    EmailChange,
    Merchant,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.earlier_access import end_earlier_access
from portal.services.link_tokens import new_token, token_digest

log = structlog.get_logger(__name__)

CHANGE_TTL = timedelta(hours=24)


class EmailSide(StrEnum):
    """One of the two addresses of a change."""

    OLD = "old"
    NEW = "new"


class EmailChangeStatus(StrEnum):
    """Progress of a change after a confirmation."""

    WAITS = "waits"  # for the other address
    DONE = "done"
    TAKEN = "taken"  # another account has taken the new address since
    GONE = "gone"  # the change was completed, refused or replaced before


@dataclass(frozen=True)
class RequestedChange:
    """New change and the tokens of its two e-mails.

    ``is_free`` is False if another account has the new address.
    """

    change: EmailChange
    old_token: str
    new_token: str
    is_free: bool


def request_email_change(merchant: Merchant, new_email: str) -> RequestedChange:
    """Start a change of the merchant's address; it replaces an earlier unfinished one."""
    old_token, new_one = new_token(), new_token()
    with database.atomic():
        EmailChange.delete().where(EmailChange.merchant == merchant).execute()
        change = EmailChange.create(
            merchant=merchant,
            new_email=new_email,
            old_token_digest=token_digest(old_token),
            new_token_digest=token_digest(new_one),
            expires_at=utc_now() + CHANGE_TTL,
        )
        _audit(AuditAction.EMAIL_CHANGE_REQUESTED, change)
    log.info("email.change_requested", merchant=merchant.id)
    is_free = Merchant.with_email(new_email) is None
    return RequestedChange(change, old_token, new_one, is_free=is_free)


def pending_email_change(merchant: Merchant) -> EmailChange | None:
    """Return the change that waits for confirmations, or None."""
    found: EmailChange | None = EmailChange.get_or_none(
        EmailChange.merchant == merchant, EmailChange.expires_at > utc_now()
    )
    return found


def email_change_by_token(token: str) -> tuple[EmailChange, EmailSide] | None:
    """Return the change that an e-mail's link belongs to, and the address that got the link."""
    digest = token_digest(token)
    found = (
        EmailChange.select(EmailChange, Merchant)
        .join(Merchant)
        .where(
            EmailChange.expires_at > utc_now(),
            (EmailChange.old_token_digest == digest) | (EmailChange.new_token_digest == digest),
        )
        .first()
    )
    if found is None:
        return None
    return found, EmailSide.OLD if found.old_token_digest == digest else EmailSide.NEW


def confirm_email_change(
    change: EmailChange, end: EmailSide, *, keep: int | None = None
) -> EmailChangeStatus:
    """Record the confirmation from one address; the second one changes the address.

    That ends all earlier access except the session ``keep``, the merchant's in this browser.
    """
    field = EmailChange.old_confirmed_at if end is EmailSide.OLD else EmailChange.new_confirmed_at
    try:
        with database.atomic():
            # The update locks the row, so two simultaneous confirmations run one after the other.
            EmailChange.update({field: utc_now()}).where(EmailChange.id == change.id).execute()
            now = EmailChange.get_or_none(EmailChange.id == change.id)
            if now is None:
                return EmailChangeStatus.GONE
            if now.old_confirmed_at is None or now.new_confirmed_at is None:
                _audit(AuditAction.EMAIL_CHANGE_CONFIRMED, change, {"address": end})
                return EmailChangeStatus.WAITS
            Merchant.update(email=now.new_email, verified_at=utc_now()).where(
                Merchant.id == now.merchant_id
            ).execute()
            ended = end_earlier_access(change.merchant, keep=keep)
            _audit(AuditAction.EMAIL_CHANGED, change, {"sessions_ended": ended})
    except IntegrityError:
        cancel_email_change(change)
        return EmailChangeStatus.TAKEN
    log.info("email.changed", merchant=change.merchant_id)
    return EmailChangeStatus.DONE


def cancel_email_change(change: EmailChange) -> None:
    """Delete the change; both links become invalid."""
    with database.atomic():
        if EmailChange.delete().where(EmailChange.id == change.id).execute():
            _audit(AuditAction.EMAIL_CHANGE_CANCELED, change)
    log.info("email.change_canceled", merchant=change.merchant_id)


def _audit(
    action: AuditAction, change: EmailChange, after: dict[str, str | int] | None = None
) -> None:
    """Record without the addresses; both links count as the merchant."""
    target = f"merchant {change.merchant_id}"
    AuditLogEntry.record(None, action, target, actor=change.merchant, after=after)
