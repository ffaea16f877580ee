"""Retry policy shared by all outgoing e-mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from portal.errors import MailError, MailRejectedError, MailUnavailableError
from portal.models import EndpointAlert, Lease, Notification, NotificationState, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, chunked
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT, QuietHours, retry_at
from portal.rules.work.backoff import LAST_CHECK_AFTER
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import Claim

# One e-mail takes at most twelve SMTP replies of 10 s each, plus time to write.
LEASE_TTL_S = 150.0
# While the server is down, all e-mail together tries it once in this time.
MAIL_SERVER_DOWN = "mail:server_down"
MAIL_SERVER_RETRY_S = 60.0


def wake_due_emails(runtime: Runtime, due: Callable[[], DueWork]) -> int:
    """Wake the daemon for due emails, unless the mail server is down; return for how many."""
    return 0 if Lease.is_held(MAIL_SERVER_DOWN) else runtime.wake_due(due())


def next_attempt_at(now: datetime, attempts: int, quiet: QuietHours | None) -> datetime:
    """Return the due time to store when this attempt starts; a crash is retried then, too."""
    return retry_at(now, attempts, quiet=quiet) or now + LAST_CHECK_AFTER


def state_after_failure(error: MailError, attempts: int) -> NotificationState:
    """Return the state of an e-mail after this many failures.

    An unavailable server pauses all e-mail.
    """
    if isinstance(error, MailUnavailableError):
        Claim(MAIL_SERVER_DOWN, MAIL_SERVER_RETRY_S).take()
    if isinstance(error, MailRejectedError):
        return NotificationState.BOUNCED
    return NotificationState.FAILED if attempts >= ATTEMPTS_LIMIT else NotificationState.WAITING


def reset_for_retry(table: type[Notification | EndpointAlert], ids: Iterable[int]) -> None:
    """Reset these e-mails to their first attempt, due now: a person asked for a retry."""
    for some in chunked(ids, ROWS_PER_STATEMENT):
        table.update(
            state=NotificationState.WAITING, attempts=0, error=None, due_at=utc_now()
        ).where(table.id.in_(some)).execute()
