"""Times of the emails that remind a merchant of a connect link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.rules.notifications.notification_times import QuietHours


class ConnectLinkEmailKind(StrEnum):
    """Reason of an email with a connect link."""

    INVITATION = "invitation"
    FIRST_REMINDER = "first_reminder"
    SECOND_REMINDER = "second_reminder"


@dataclass(frozen=True)
class Reminder:
    """Reminder that is due while a link's age is between ``after`` and ``before``."""

    kind: ConnectLinkEmailKind
    after: timedelta
    before: timedelta


# If the daemon was down until the second is due, the first one is left out.
REMINDERS = (
    Reminder(ConnectLinkEmailKind.FIRST_REMINDER, timedelta(days=2), timedelta(days=7)),
    Reminder(ConnectLinkEmailKind.SECOND_REMINDER, timedelta(days=7), timedelta(days=30)),
)
# No reminder follows another email, or a step of the merchant, sooner than this.
MIN_EMAIL_INTERVAL = timedelta(days=2)
MIN_IDLE_TIME = timedelta(days=1)
# The time zone of a merchant without a store is unknown: 8 to 18 UTC is daytime in Europe.
REMINDER_QUIET_HOURS = QuietHours(18, 8, "UTC")


def is_reminder_time(now: datetime) -> bool:
    """Return whether reminders may be sent at this hour."""
    return not REMINDER_QUIET_HOURS.include(now)
