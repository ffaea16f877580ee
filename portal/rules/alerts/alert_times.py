"""Send times of alerts: grouping, quiet hours and the daily digest."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from portal.rules.alerts.severities import Severity
from portal.rules.notifications.notification_times import QuietHours, after_quiet_hours
from portal.rules.sync.nightly_schedule import parse_timezone

# Alerts that open within this time are one message.
GROUP_WINDOW = timedelta(minutes=1)
# The search for alerts runs every few seconds. A longer gap means that the daemon did not run.
DAEMON_GAP = timedelta(minutes=5)


def notice_due_at(now: datetime, severity: str, quiet: QuietHours | None) -> datetime:
    """Return when to notify of an alert that opens ``now``; quiet hours delay no critical one."""
    return not_in_quiet_hours(now + GROUP_WINDOW, severity, quiet)


def not_in_quiet_hours(at: datetime, severity: str, quiet: QuietHours | None) -> datetime:
    """Return ``at``, or the end of the quiet hours if they delay a message of this severity."""
    return at if severity == Severity.CRITICAL else after_quiet_hours(at, quiet)


def next_digest_at(now: datetime, hour: int, zone: str) -> datetime:
    """Return the next moment after ``now`` that is the full ``hour`` in the time zone, in UTC.

    If the clocks skip the hour, the digest is due when they would have shown it. If the hour occurs
    twice, the first one counts.
    """
    place = parse_timezone(zone)
    # At the date line the local date may be one day ahead of or behind UTC.
    day = now.astimezone(place).date() - timedelta(days=1)
    while True:
        at = datetime.combine(day, time(hour), place).astimezone(UTC)
        if at > now:
            return at
        day += timedelta(days=1)


def is_daemon_gap(last_check_at: datetime, now: datetime) -> bool:
    """Return whether so much time passed between two searches that the daemon did not run."""
    return now - last_check_at > DAEMON_GAP
