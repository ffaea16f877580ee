"""Retry policy shared by all outgoing e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from peewee import chunked

from portal.errors import MailError, MailRefusedError, MailUnavailableError
from portal.models import EndpointNotice, Notification, NotificationState, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT, QuietHours, retry_at
from portal.rules.work.backoff import LAST_CHECK_AFTER
from portal.services.work.leases import Claim

# One e-mail takes up to twelve answers of the server, each within 10 s, and some time to write.
LEASE_TTL_S = 150.0
# While the server is down, all e-mail together tries it once in this time.
SERVER_AWAY = "mail:server_away"
AWAY_S = 60.0
WOKEN_AT_ONCE = 50


def again_at(now: datetime, attempts: int, quiet: QuietHours | None) -> datetime:
    """Return when to check an e-mail whose attempt of this number begins now."""
    return retry_at(now, attempts, quiet=quiet) or now + LAST_CHECK_AFTER


def state_after(error: MailError, attempts: int) -> NotificationState:
    """Return the state of an e-mail after so many failures; pause sending if the server is down."""
    if isinstance(error, MailUnavailableError):
        Claim(SERVER_AWAY, AWAY_S).take()
    if isinstance(error, MailRefusedError):
        return NotificationState.BOUNCED
    return NotificationState.FAILED if attempts >= ATTEMPTS_LIMIT else NotificationState.WAITING


def begin_anew(table: type[Notification | EndpointNotice], ids: Iterable[int]) -> None:
    """Have the attempts of these mails begin anew, at once: somebody has mended something."""
    for some in chunked(ids, ROWS_PER_STATEMENT):
        table.update(
            state=NotificationState.WAITING, attempts=0, error=None, due_at=utc_now()
        ).where(table.id.in_(some)).execute()
