"""Retries of deliveries to alert channels."""

from __future__ import annotations

from portal.rules.notifications.notification_times import EMAIL_BACKOFF
from portal.rules.work.backoff import Backoff

# 10 s, 1, 5 and 15 minutes, 1 and 4 hours. A later alert would be no news: the next digest has it.
WEBHOOK_BACKOFF = Backoff((10.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0))
# The request is wrong, or the webhook was deleted; a retry can't help. Slack documents 400, 403,
# 404 and 410 for such cases: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
PERMANENT_STATUSES = frozenset({400, 401, 403, 404, 410, 413})
_SUCCESS = range(200, 300)


def is_delivered(status: int | None) -> bool:
    """Return whether the receiver accepted the message; a Teams workflow answers 202."""
    return status is not None and status in _SUCCESS


def is_permanent(status: int | None) -> bool:
    """Return whether no retry can help after this response; None means that there was none."""
    return status in PERMANENT_STATUSES


def backoff_of(*, is_mail: bool, is_test: bool) -> Backoff:
    """Return the waits between attempts; a person waits for a test, so it is tried once."""
    if is_test:
        return Backoff(())
    return EMAIL_BACKOFF if is_mail else WEBHOOK_BACKOFF
