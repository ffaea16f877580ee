"""Send the letters that notifications have gathered for; safe to run twice, beside itself.

A notification is a row before anything is sent (promise 1). What is due for a person becomes one
letter; its attempt is counted, it is handed over, and what became of it is written, in this order.
Should the process be killed between the last two, the letter goes once more, with the same
Message-ID.
"""

from __future__ import annotations

import structlog

from portal.errors import MailError
from portal.jobs import SEND_LETTERS
from portal.models import (
    Issue,
    Lease,
    Merchant,
    Notification,
    NotificationState,
    Occasion,
    database,
    utc_now,
)
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.services.notifications.digests import gather, is_due, leave_out, waiting_of
from portal.services.notifications.email_retries import (
    LEASE_TTL_S,
    SERVER_AWAY,
    WOKEN_AT_ONCE,
    again_at,
    state_after,
)
from portal.services.notifications.notification_preferences import choice_of, quiet_hours
from portal.services.notifications.render_digest import write_notice
from portal.services.runtime import Runtime
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)


def wake_due_letters(runtime: Runtime) -> int:
    """Wake the daemon for everybody who has e-mail due; return how many."""
    if Lease.is_held(SERVER_AWAY):
        return 0
    due = Notification.select(Notification.merchant).where(is_due()).distinct()
    readers = (row.merchant_id for row in due.limit(WOKEN_AT_ONCE))
    return runtime.wake_each(SEND_LETTERS, readers)


def send_letters(runtime: Runtime, merchant_id: int) -> None:
    """Send one person the e-mails that are due, until the server can't be used any more."""
    reader = Merchant.get_or_none(Merchant.id == merchant_id)
    if reader is None:
        return
    with claimed(f"letters:{merchant_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        gather(reader)
        for number in claim.each(_due_letters(reader)):
            if Lease.is_held(SERVER_AWAY):
                return
            _send(runtime, reader, number)


def _due_letters(reader: Merchant) -> list[int]:
    """Return the numbers of the letters that are to go now."""
    due = waiting_of(reader).where(is_due(), Notification.letter.is_null(is_null=False))
    return sorted({row.letter for row in due if row.letter is not None})


def _send(runtime: Runtime, reader: Merchant, number: int) -> None:
    rows = leave_out(reader, list(waiting_of(reader).where(Notification.letter == number)))
    if not rows or not _begin_attempt(reader, number, rows[0]):
        return
    issues = list({row.issue_id: row.issue for row in rows}.values())
    letter = write_notice(reader, issues, runtime.settings.portal_url)
    # The same for each attempt, and never that of another database's letter.
    name = f"notification.{number}.{reader.created_at:%Y%m%d%H%M%S%f}"
    try:
        with runtime.mailer.connected() as line:
            line.send(letter, to=reader.email, name=name)
            _note_sent(reader, number)
    except MailError as error:
        _note_failure(reader, number, rows[0].attempts + 1, error)


def _begin_attempt(reader: Merchant, number: int, first: Notification) -> bool:
    """Count the attempt before it is made; False if it would be one too many."""
    now, attempts = utc_now(), first.attempts + 1
    if attempts > ATTEMPTS_LIMIT:
        _write(reader, number, state=NotificationState.FAILED)
        return False
    quiet = quiet_hours(choice_of(reader), first.issue.store.timezone)
    _write(reader, number, attempts=attempts, due_at=again_at(now, attempts, quiet))
    return True


def _note_sent(reader: Merchant, number: int) -> None:
    now = utc_now()
    with database.atomic():
        told = _write(reader, number, state=NotificationState.SENT, sent_at=now, error=None)
        openings = Notification.select(Notification.issue).where(
            Notification.merchant == reader,
            Notification.sent_at == now,
            Notification.letter == number,
            Notification.occasion == Occasion.OPENED,
        )
        Issue.update(notified_at=now).where(
            Issue.id.in_(openings), Issue.notified_at.is_null()
        ).execute()
    log.info("letter.sent", merchant=reader.id, letter=number, notifications=told)


def _note_failure(reader: Merchant, number: int, attempts: int, error: MailError) -> None:
    """Keep why it wasn't sent; the time of the next attempt stands there already."""
    state = state_after(error, attempts)
    _write(reader, number, state=state, error=str(error))
    log.warning(
        "letter.not_sent",
        merchant=reader.id,
        letter=number,
        attempts=attempts,
        state=state,
        problem=str(error),
    )


def _write(reader: Merchant, number: int, **changes: object) -> int:
    """Change all that waits in a letter; return how many notifications that are."""
    written: int = (
        Notification.update(**changes)
        .where(
            Notification.merchant == reader,
            Notification.sent_at.is_null(),
            Notification.letter == number,
            Notification.state == NotificationState.WAITING,
        )
        .execute()
    )
    return written
