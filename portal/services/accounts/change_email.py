"""Change a merchant's e-mail address, once both the old and the new one have confirmed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog
from peewee import IntegrityError

from portal.models import EmailChange, Merchant, database, utc_now
from portal.services.accounts.link_tokens import new_token, token_digest

log = structlog.get_logger(__name__)

CHANGE_TTL = timedelta(hours=24)


class EmailSide(StrEnum):
    """Name the two addresses of a change."""

    OLD = "old"
    NEW = "new"


class EmailChangeStatus(StrEnum):
    """Name how far a change is after a confirmation."""

    WAITS = "waits"  # for the other end
    DONE = "done"
    TAKEN = "taken"  # somebody else has the new address by now
    GONE = "gone"  # it was done, refused or replaced meanwhile


@dataclass(frozen=True)
class RequestedChange:
    """Hold a new change and its letters' tokens; ``is_free`` is whether the new one is of use."""

    change: EmailChange
    old_token: str
    new_token: str
    is_free: bool


def request_email_change(merchant: Merchant, new_email: str) -> RequestedChange:
    """Write down that the merchant wants another address; a former wish is void."""
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
    """Return the change that a letter's link is about, and which end the letter went to."""
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


def confirm_email_change(change: EmailChange, end: EmailSide) -> EmailChangeStatus:
    """Note that one end agrees; with the second one the address is changed."""
    field = EmailChange.old_confirmed_at if end is EmailSide.OLD else EmailChange.new_confirmed_at
    try:
        with database.atomic():
            # The row is ours from here on: two confirmations at once come one after the other.
            EmailChange.update({field: utc_now()}).where(EmailChange.id == change.id).execute()
            now = EmailChange.get_or_none(EmailChange.id == change.id)
            if now is None:
                return EmailChangeStatus.GONE
            if now.old_confirmed_at is None or now.new_confirmed_at is None:
                return EmailChangeStatus.WAITS
            Merchant.update(email=now.new_email, verified_at=utc_now()).where(
                Merchant.id == now.merchant_id
            ).execute()
            now.delete_instance()
    except IntegrityError:
        cancel_email_change(change)
        return EmailChangeStatus.TAKEN
    log.info("email.changed", merchant=change.merchant_id)
    return EmailChangeStatus.DONE


def cancel_email_change(change: EmailChange) -> None:
    """Forget the change; both links are void."""
    EmailChange.delete().where(EmailChange.id == change.id).execute()
    log.info("email.change_canceled", merchant=change.merchant_id)
