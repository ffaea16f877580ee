"""Worker that sends digests; safe to run twice or concurrently.

A notification is a row before anything is sent (promise 1). The notifications due for a recipient
form one digest. The worker counts the attempt, sends the digest and records the result, in this
order. If the process dies between the last two steps, the digest is sent again with the same
Message-ID.
"""

from __future__ import annotations

import structlog
from peewee import fn

from portal.errors import MailError
from portal.jobs import SEND_DIGESTS
from portal.models import (
    Issue,
    Lease,
    Merchant,
    Notification,
    NotificationState,
    NotificationTrigger,
    database,
    utc_now,
)
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.services.notifications.digests import (
    build_digest,
    drop_obsolete,
    is_due,
    pending_notifications,
)
from portal.services.notifications.email_retries import (
    LEASE_TTL_S,
    MAIL_SERVER_DOWN,
    next_attempt_at,
    state_after_failure,
    wake_due_emails,
)
from portal.services.notifications.notification_preferences import preference_of, quiet_hours
from portal.services.notifications.render_digest import render_digest
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

LEASE_PREFIX = "digests:"


def wake_due_digests(runtime: Runtime) -> int:
    """Wake the daemon for recipients with due notifications; return how many."""
    return wake_due_emails(runtime, due_digests)


def due_digests() -> DueWork:
    """Return the recipients with due notifications that no worker sends."""
    due = (
        Notification.select(Notification.merchant)
        .where(is_due(), Notification.merchant.not_in(Lease.held_ids(LEASE_PREFIX)))
        .group_by(Notification.merchant)
    )
    return DueWork(SEND_DIGESTS, due, fn.MIN(Notification.due_at))


def send_digests(runtime: Runtime, merchant_id: int) -> None:
    """Send a recipient's due digests; stop as soon as the SMTP server is unavailable."""
    recipient = Merchant.get_or_none(Merchant.id == merchant_id)
    if recipient is None:
        return
    with claimed(f"{LEASE_PREFIX}{merchant_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        build_digest(recipient)
        for number in claim.each(_due_digests(recipient)):
            if Lease.is_held(MAIL_SERVER_DOWN):
                return
            _send(runtime, recipient, number)


def _due_digests(recipient: Merchant) -> list[int]:
    """Return the numbers of the digests that are due."""
    due = pending_notifications(recipient).where(
        is_due(), Notification.digest_id.is_null(is_null=False)
    )
    return sorted({row.digest_id for row in due if row.digest_id is not None})


def _send(runtime: Runtime, recipient: Merchant, number: int) -> None:
    rows = drop_obsolete(
        recipient, list(pending_notifications(recipient).where(Notification.digest_id == number))
    )
    if not rows or not _begin_attempt(recipient, number, rows[0]):
        return
    issues = list({row.issue_id: row.issue for row in rows}.values())
    email = render_digest(recipient, issues, runtime.settings.brand)
    # Message-ID: the same for each attempt, and different from those of any other database.
    name = f"notification.{number}.{recipient.created_at:%Y%m%d%H%M%S%f}"
    try:
        with runtime.mailer.connect() as smtp:
            smtp.send(email, to=recipient.email, name=name)
            _record_sent(recipient, number)
    except MailError as error:
        _record_failure(recipient, number, rows[0].attempts + 1, error)


def _begin_attempt(recipient: Merchant, number: int, first: Notification) -> bool:
    """Count the attempt before it is made; return False if the attempts are used up."""
    now, attempts = utc_now(), first.attempts + 1
    if attempts > ATTEMPTS_LIMIT:
        _write(recipient, number, state=NotificationState.FAILED)
        return False
    quiet = quiet_hours(preference_of(recipient), first.issue.store.timezone)
    _write(recipient, number, attempts=attempts, due_at=next_attempt_at(now, attempts, quiet))
    return True


def _record_sent(recipient: Merchant, number: int) -> None:
    now = utc_now()
    with database.atomic():
        reported = _write(recipient, number, state=NotificationState.SENT, sent_at=now, error=None)
        openings = Notification.select(Notification.issue).where(
            Notification.merchant == recipient,
            Notification.sent_at == now,
            Notification.digest_id == number,
            Notification.trigger == NotificationTrigger.OPENED,
        )
        Issue.update(notified_at=now).where(
            Issue.id.in_(openings), Issue.notified_at.is_null()
        ).execute()
    log.info("email.sent", merchant=recipient.id, digest_id=number, notifications=reported)


def _record_failure(recipient: Merchant, number: int, attempts: int, error: MailError) -> None:
    """Record the error; `_begin_attempt` has already stored the time of the next attempt."""
    state = state_after_failure(error, attempts)
    _write(recipient, number, state=state, error=str(error))
    log.warning(
        "email.not_sent",
        merchant=recipient.id,
        digest_id=number,
        attempts=attempts,
        state=state,
        problem=str(error),
    )


def _write(recipient: Merchant, number: int, **changes: object) -> int:
    """Update the waiting notifications of a digest; return their number."""
    written: int = (
        Notification.update(**changes)
        .where(
            Notification.merchant == recipient,
            Notification.sent_at.is_null(),
            Notification.digest_id == number,
            Notification.state == NotificationState.WAITING,
        )
        .execute()
    )
    return written
