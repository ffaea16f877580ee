"""Emails with connect links: an operator's request, and the worker that sends them.

An email is a row before anything is sent (promise 1), and is sent once (`single_emails`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from portal.email import render_email
from portal.jobs import SEND_CONNECT_LINK_EMAILS
from portal.mail import RenderedEmail
from portal.models import (
    UNDELIVERED_STATES,
    ConnectLinkEmail,
    Lease,
    Merchant,
    NotificationState,
    Onboarding,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.connect_failures import FAILURE_REASONS
from portal.rules.connection.reminder_times import REMINDER_QUIET_HOURS, ConnectLinkEmailKind
from portal.services.connection.connect_link_tokens import link_token, stop_token
from portal.services.connection.connect_links import audit_link
from portal.services.notifications.email_retries import (
    LEASE_TTL_S,
    MAIL_SERVER_DOWN,
    wake_due_emails,
)
from portal.services.notifications.single_emails import (
    SingleEmail,
    due_single_emails,
    retry_single_emails,
    send_single_email,
)
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed

LEASE_PREFIX = "connect_link_emails:"
MIN_REQUEST_INTERVAL = timedelta(minutes=10)


class MailRefusal(StrEnum):
    """Reason why a link can't be mailed now."""

    NO_ADDRESS = "no_address"
    NOT_OPEN = "not_open"
    TOO_SOON = "too_soon"  # the last one waits, or was requested less than ten minutes ago


def mail_link(runtime: Runtime, onboarding: Onboarding, operator: Merchant) -> MailRefusal | None:
    """Have the daemon mail the link to its merchant; return why not, if it can't be mailed."""
    if not onboarding.email:
        return MailRefusal.NO_ADDRESS
    if not (onboarding.is_invite_link and onboarding.is_open):
        return MailRefusal.NOT_OPEN
    with database.atomic():
        if not _request_invitation(onboarding):
            return MailRefusal.TOO_SOON
        audit_link(AuditAction.CONNECT_LINK_MAILED, onboarding.id, operator)
    runtime.wake(SEND_CONNECT_LINK_EMAILS, onboarding.id, at_front=True)
    return None


def _request_invitation(onboarding: Onboarding) -> bool:
    """Create or reset the row of the invitation; return False if it is too soon for another one."""
    email, now = ConnectLinkEmail, utc_now()
    inserted: int = (
        email.insert(onboarding=onboarding, kind=ConnectLinkEmailKind.INVITATION)
        .on_conflict_ignore()
        .as_rowcount()
        .execute()
    )
    if inserted:
        return True
    first: dict[str, object] = {"created_at": now, "due_at": now, "attempts": 0, "error": None}
    reset: int = (
        email.update(state=NotificationState.WAITING, sending_at=None, sent_at=None, **first)
        .where(
            email.onboarding == onboarding,
            email.kind == ConnectLinkEmailKind.INVITATION,
            email.state != NotificationState.WAITING,
            email.created_at < now - MIN_REQUEST_INTERVAL,
        )
        .execute()
    )
    return reset == 1


def retry_connect_link_emails(runtime: Runtime, email_ids: Sequence[int]) -> int:
    """Send these emails again; return how many. Those of a link that is closed are then dropped."""
    rows = retry_single_emails(ConnectLinkEmail, email_ids)
    runtime.wake_many(SEND_CONNECT_LINK_EMAILS, {row.onboarding_id for row in rows})
    return len(rows)


def emails_of(onboarding: Onboarding) -> Sequence[ConnectLinkEmail]:
    """Return the emails with the link, oldest first."""
    mine = ConnectLinkEmail.select().where(ConnectLinkEmail.onboarding == onboarding)
    return list(mine.order_by(ConnectLinkEmail.created_at, ConnectLinkEmail.id))


def with_undelivered_email(onboardings: Sequence[Onboarding]) -> set[int]:
    """Return the ids of the onboardings with an email that could not be delivered."""
    rows = ConnectLinkEmail.select(ConnectLinkEmail.onboarding).where(
        ConnectLinkEmail.onboarding.in_([row.id for row in onboardings]),
        ConnectLinkEmail.state.in_(UNDELIVERED_STATES),
    )
    return {row.onboarding_id for row in rows}


def wake_due_connect_link_emails(runtime: Runtime) -> int:
    """Wake the daemon for links with an email due; return how many."""
    return wake_due_emails(runtime, due_connect_link_emails)


def due_connect_link_emails() -> DueWork:
    """Return the links with a due email that no worker sends."""
    return due_single_emails(
        ConnectLinkEmail, ConnectLinkEmail.onboarding, SEND_CONNECT_LINK_EMAILS, LEASE_PREFIX
    )


def send_connect_link_emails(
    runtime: Runtime, onboarding_id: int, *, now: datetime | None = None
) -> None:
    """Send a link's due emails; stop as soon as the SMTP server is unavailable."""
    now = now or utc_now()
    with claimed(f"{LEASE_PREFIX}{onboarding_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        for email in claim.each(_due(onboarding_id, now)):
            if Lease.is_held(MAIL_SERVER_DOWN):
                return
            _send(runtime, email, now)


def _due(onboarding_id: int, now: datetime) -> list[ConnectLinkEmail]:
    rows = (
        ConnectLinkEmail.select(ConnectLinkEmail, Onboarding)
        .join(Onboarding)
        .where(
            ConnectLinkEmail.onboarding == onboarding_id,
            ConnectLinkEmail.state == NotificationState.WAITING,
            ConnectLinkEmail.due_at <= now,
        )
    )
    return list(rows.order_by(ConnectLinkEmail.id))


def _send(runtime: Runtime, email: ConnectLinkEmail, now: datetime) -> None:
    sent = SingleEmail(
        email,
        to=email.onboarding.email,
        name=f"connect-link.{email.id}.{email.created_at:%Y%m%d%H%M%S%f}",
        render=lambda: render_connect_link_email(runtime, email),
        source={"onboarding": email.onboarding_id, "kind": email.kind},
        quiet=None if _is_invitation(email) else REMINDER_QUIET_HOURS,
        is_current=_is_current(email),
    )
    send_single_email(runtime, sent, now)


def _is_invitation(email: ConnectLinkEmail) -> bool:
    return bool(email.kind == ConnectLinkEmailKind.INVITATION)


def _is_current(email: ConnectLinkEmail) -> bool:
    """Return whether the link can still be used and, if it is a reminder, reminders are wanted."""
    onboarding: Onboarding = email.onboarding
    is_wanted = _is_invitation(email) or onboarding.reminders_stopped_at is None
    return onboarding.is_open and is_wanted


def render_connect_link_email(runtime: Runtime, email: ConnectLinkEmail) -> RenderedEmail:
    """Return the email in the language of the link."""
    settings, onboarding = runtime.settings, email.onboarding
    base, key = settings.portal_url, settings.secret_keys
    reason = FAILURE_REASONS.get(onboarding.failure_reason or "")
    return render_email(
        "connect_link",
        brand=settings.brand,
        locale=onboarding.locale,
        is_reminder=not _is_invitation(email),
        note=onboarding.note,
        failure=reason.merchant_text if reason else None,
        expires_at=None if onboarding.merchant_id else onboarding.expires_at,
        link=f"{base}/connect/link/{link_token(key, onboarding)}",
        unsubscribe_url=f"{base}/connect/stop/{stop_token(key, onboarding)}",
        reply_to=settings.support_email,
    )
