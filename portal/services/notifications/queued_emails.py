"""Emails that pages and commands cause: queued with their content, sent by the daemon.

An email is a row in the caller's transaction. If that is the transaction of the change that it is
about, neither exists without the other. No page waits for the mail server. An email is sent once
(`single_emails`). Its content may have a link that opens an account. So it is sealed, and deleted
when the email is sent or its link expires.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog
from peewee import fn

from portal.email import render_email
from portal.errors import SealedSecretError
from portal.jobs import SEND_QUEUED_EMAIL
from portal.mail import RenderedEmail
from portal.models import (
    UNDELIVERED_STATES,
    Lease,
    Merchant,
    NotificationState,
    QueuedEmail,
    database,
    utc_now,
)
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
    write_email,
)
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

LEASE_PREFIX = "queued_emails:"
# The attempts take 21 hours. An operator then has a day to repair the mail server and retry.
LIFETIME = timedelta(days=2)
EXPIRED = "expired before it was sent"
UNREADABLE = "the content can't be decrypted with the configured keys"
# In an email that has been sent or has expired.
# Bound to the recipient: nobody can get the links of another person's email.
_CONTENT = "queued_email.sealed_content"
NO_CONTENT: dict[str, object] = {"sealed_content": None, "recipient": ""}


def queue_email(
    runtime: Runtime,
    email: RenderedEmail,
    *,
    kind: str,
    to: str,
    merchant_id: int | None = None,
    store_id: int | None = None,
    expires_in: timedelta = LIFETIME,
) -> QueuedEmail:
    """Queue an email in the caller's transaction; the daemon sends it right after the commit.

    ``kind`` is the name of its template. ``merchant_id`` and ``store_id`` are those that it is
    about: it is deleted with them. ``expires_in`` is the lifetime of its link; later it is not
    sent.
    """
    queued: QueuedEmail = QueuedEmail.create(
        kind=kind,
        recipient=to,
        merchant=merchant_id,
        store=store_id,
        sealed_content=runtime.sealer.seal(json.dumps(asdict(email)), _CONTENT, to),
        expires_at=utc_now() + expires_in,
    )
    database.after_commit(lambda: runtime.wake(SEND_QUEUED_EMAIL, queued.id, at_front=True))
    return queued


def queue_email_to(
    runtime: Runtime,
    merchant: Merchant,
    name: str,
    *,
    store_id: int | None = None,
    **context: object,
) -> QueuedEmail:
    """Queue ``templates/email/<name>.html`` in the merchant's language, replies to the operator.

    Like `queue_email`, in the caller's transaction.
    """
    settings = runtime.settings
    email = render_email(
        name,
        brand=settings.brand,
        locale=merchant.locale,
        reply_to=settings.support_email,
        **context,
    )
    return queue_email(
        runtime, email, kind=name, to=merchant.email, merchant_id=merchant.id, store_id=store_id
    )


def is_mail_delayed() -> bool:
    """Return whether the mail server didn't work at the last attempt, less than a minute ago."""
    return Lease.is_held(MAIL_SERVER_DOWN)


def undelivered_recipients(store_id: int, kind: str) -> set[str]:
    """Return the addresses that emails of this kind about the store could not be delivered to."""
    rows = QueuedEmail.select(QueuedEmail.recipient).where(
        QueuedEmail.store == store_id,
        QueuedEmail.kind == kind,
        QueuedEmail.state.in_(UNDELIVERED_STATES),
    )
    return {row.recipient for row in rows}


def wake_due_queued_emails(runtime: Runtime) -> int:
    """Wake the daemon for due emails; return how many."""
    return wake_due_emails(runtime, due_queued_emails)


def due_queued_emails() -> DueWork:
    """Return the due emails that no worker sends."""
    return due_single_emails(QueuedEmail, QueuedEmail.id, SEND_QUEUED_EMAIL, LEASE_PREFIX)


def send_queued_email(runtime: Runtime, email_id: int) -> None:
    """Send the email if it is due, and delete its content."""
    now = utc_now()
    with claimed(f"{LEASE_PREFIX}{email_id}", LEASE_TTL_S) as claim:
        if claim is None or Lease.is_held(MAIL_SERVER_DOWN):
            return
        row = QueuedEmail.get_or_none(
            QueuedEmail.id == email_id,
            QueuedEmail.state == NotificationState.WAITING,
            QueuedEmail.due_at <= now,
        )
        if row is None:
            return
        if row.expires_at <= now and row.sending_at is None:
            expire_queued_emails(runtime)
            return
        _send(runtime, row, now)


def _send(runtime: Runtime, row: QueuedEmail, now: datetime) -> None:
    source: dict[str, object] = {
        "kind": row.kind,
        "merchant": row.merchant_id,
        "store": row.store_id,
    }
    try:
        content = runtime.sealer.open(row.sealed_content or "", _CONTENT, row.recipient)
        email = RenderedEmail(**json.loads(content))
    except SealedSecretError:
        write_email(row, state=NotificationState.FAILED, error=UNREADABLE)
        log.error("email.unreadable", row=row.id, **source)
        return
    sent = SingleEmail(
        row,
        to=row.recipient,
        name=f"queued.{row.id}.{row.created_at:%Y%m%d%H%M%S%f}",
        render=lambda: email,
        source=source,
        when_sent=NO_CONTENT,
    )
    send_single_email(runtime, sent, now)


def expire_queued_emails(_runtime: Runtime) -> int:
    """Delete the content of emails whose link has expired; return how many.

    Those that still wait have failed. One that a mail server takes at this moment is left out.
    """
    email, now = QueuedEmail, utc_now()
    expired = email.sealed_content.is_null(is_null=False) & (email.expires_at <= now)
    waiting = email.state == NotificationState.WAITING
    failed: int = (
        email.update(
            state=NotificationState.FAILED, error=fn.COALESCE(email.error, EXPIRED), **NO_CONTENT
        )
        .where(expired, waiting, email.sending_at.is_null())
        .execute()
    )
    if failed:
        log.warning("email.expired", count=failed)
    cleared: int = email.update(**NO_CONTENT).where(expired, ~waiting).execute()
    return failed + cleared


def retry_queued_emails(runtime: Runtime, email_ids: Sequence[int]) -> int:
    """Send these emails again; return how many. Those without content are left out."""
    rows = QueuedEmail.select(QueuedEmail.id).where(
        QueuedEmail.id.in_(email_ids), QueuedEmail.sealed_content.is_null(is_null=False)
    )
    again = retry_single_emails(QueuedEmail, [row.id for row in rows])
    runtime.wake_many(SEND_QUEUED_EMAIL, {row.id for row in again})
    return len(again)
