"""Attempts to send an email that is a row by itself, not a part of a digest.

A recipient never gets the same email twice: if the process dies while the mail server takes it, the
email has failed, and an operator decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from peewee import Field, fn

from portal.errors import MailError
from portal.jobs import Job
from portal.mail import RenderedEmail
from portal.models import (
    UNDELIVERED_STATES,
    BulkActionEmail,
    ChannelAlertEmail,
    ConnectLinkEmail,
    Lease,
    NotificationState,
    QueuedEmail,
    utc_now,
)
from portal.rules.notifications.notification_times import (
    ATTEMPTS_LIMIT,
    QuietHours,
    after_quiet_hours,
)
from portal.services.notifications.email_retries import next_attempt_at, state_after_failure
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork

log = structlog.get_logger(__name__)

EmailRow = ConnectLinkEmail | BulkActionEmail | ChannelAlertEmail | QueuedEmail

INTERRUPTED = "interrupted: it may have been sent"
NO_LONGER_NEEDED = "no longer needed"


@dataclass(frozen=True)
class SingleEmail:
    """Row of an email, its recipient and its content.

    ``name`` is the same for each attempt, and differs from that of any other database's email.
    ``render`` is called only if the email is sent now. ``source`` has the ids for the log, and
    ``when_sent`` the columns that change when it has been sent.
    """

    row: EmailRow
    to: str
    name: str
    render: Callable[[], RenderedEmail]
    source: dict[str, object]
    quiet: QuietHours | None = None
    is_current: bool = True
    when_sent: Mapping[str, object] = field(default_factory=dict)


def send_single_email(runtime: Runtime, email: SingleEmail, now: datetime) -> None:
    """Send a waiting email that is due, and record the result in its row.

    An email that is no longer current is dropped; one in quiet hours is postponed.
    """
    row = email.row
    if row.sending_at is not None:
        write_email(row, state=NotificationState.FAILED, error=INTERRUPTED)
        log.warning("email.interrupted", row=row.id, **email.source)
        return
    if not email.is_current:
        write_email(row, state=NotificationState.DROPPED, error=NO_LONGER_NEEDED)
        return
    send_at = after_quiet_hours(now, email.quiet)
    if send_at > now:
        write_email(row, due_at=send_at)
        return
    if not _begin_attempt(row, now, email.quiet):
        return
    rendered = email.render()
    try:
        with runtime.mailer.connect() as smtp:
            write_email(row, sending_at=utc_now())
            smtp.send(rendered, to=email.to, name=email.name)
            sent: dict[str, object] = {"state": NotificationState.SENT, "sent_at": utc_now()}
            write_email(row, **sent, **email.when_sent, error=None)
    except MailError as error:
        state = state_after_failure(error, row.attempts)
        write_email(row, state=state, error=str(error), sending_at=None)
        log.warning("email.not_sent", row=row.id, state=state, problem=str(error), **email.source)


def due_single_emails(table: type[EmailRow], owner: Field, job: Job, lease_prefix: str) -> DueWork:
    """Return the owners of a table's due emails that no worker sends; the job takes their ids."""
    due = (
        table.select(owner)
        .where(
            table.state == NotificationState.WAITING,
            table.due_at <= utc_now(),
            owner.not_in(Lease.held_ids(lease_prefix)),
        )
        .group_by(owner)
    )
    return DueWork(job, due, fn.MIN(table.due_at))


def retry_single_emails(table: type[EmailRow], ids: Sequence[int]) -> list[Any]:
    """Make these emails due, the undelivered ones from their first attempt; return the rows.

    An operator asks for it, who accepts that one whose sending was interrupted may arrive twice.
    """
    now, chosen = utc_now(), table.id.in_(ids)
    waiting = table.update(due_at=now).where(chosen, table.state == NotificationState.WAITING)
    again: dict[str, object] = {"attempts": 0, "error": None, "sending_at": None, "due_at": now}
    undelivered = table.update(state=NotificationState.WAITING, created_at=now, **again).where(
        chosen, table.state.in_(UNDELIVERED_STATES)
    )
    return [row for query in (waiting, undelivered) for row in query.returning(table).execute()]


def write_email(row: EmailRow, **changes: object) -> None:
    """Change a row that still waits; a row that was reset since then is another email."""
    table = type(row)
    table.update(**changes).where(
        table.id == row.id,
        table.state == NotificationState.WAITING,
        table.created_at == row.created_at,
    ).execute()


def _begin_attempt(row: EmailRow, now: datetime, quiet: QuietHours | None) -> bool:
    """Count the attempt before it is made; return False if it would exceed the limit."""
    row.attempts += 1
    if row.attempts > ATTEMPTS_LIMIT:
        write_email(row, state=NotificationState.FAILED)
        return False
    write_email(row, attempts=row.attempts, due_at=next_attempt_at(now, row.attempts, quiet))
    return True
