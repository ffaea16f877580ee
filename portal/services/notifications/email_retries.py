"""Hold what holds for every mail that may be tried again, whatever it tells of."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from peewee import chunked

from portal.errors import MailError, MailRefusedError, MailUnavailableError
from portal.models import EndpointNotice, Lease, Notification, NotificationState, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT, QuietHours, retry_at

# Twelve answers of the server, of at most 10 s each, and some time to write.
LEASE_TTL_S = 150.0
# While the server can't be used it is asked once in so long, whoever waits.
SERVER_AWAY = "mail:server_away"
AWAY_S = 60.0
# After the last attempt a letter is looked at once more, should its process have died.
CUT_OFF = timedelta(minutes=10)
WOKEN_AT_ONCE = 50
JITTER = Random()  # noqa: S311 - spreads retries, guards no secret


def again_at(now: datetime, attempts: int, quiet: QuietHours | None) -> datetime:
    """Return when a letter is looked at again whose attempt of this number begins now."""
    return retry_at(now, attempts, quiet=quiet, chance=JITTER) or now + CUT_OFF


def state_after(error: MailError, attempts: int) -> NotificationState:
    """Return how a letter stands that failed so often; a server that is away is left alone."""
    if isinstance(error, MailUnavailableError):
        Lease.acquire(SERVER_AWAY, uuid.uuid4().hex, AWAY_S)
    if isinstance(error, MailRefusedError):
        return NotificationState.BOUNCED
    return NotificationState.FAILED if attempts >= ATTEMPTS_LIMIT else NotificationState.WAITING


def begin_anew(table: type[Notification | EndpointNotice], ids: Iterable[int]) -> None:
    """Have the attempts of these mails begin anew, at once: somebody has mended something."""
    for some in chunked(ids, ROWS_PER_STATEMENT):
        table.update(
            state=NotificationState.WAITING, attempts=0, error=None, due_at=utc_now()
        ).where(table.id.in_(some)).execute()
