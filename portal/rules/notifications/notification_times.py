"""Send times of e-mail notifications: digests, minimum spacing, quiet hours and retries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from portal.rules.sync.nightly_schedule import parse_timezone
from portal.rules.work.backoff import CHANCE, Backoff

# Related problems are usually found within seconds of each other, so one digest reports them all.
DIGEST_DELAY = timedelta(minutes=1)
# At most four e-mails an hour to one recipient.
MIN_INTERVAL = timedelta(minutes=15)
# One e-mail an hour about what a store counts, such as rejected orders, whatever their number.
COUNTED_MIN_INTERVAL = timedelta(hours=1)
# 2 and 10 minutes, half an hour, 2, 6 and 12 hours: greylisting servers expect the next attempt
# within minutes; one that is down is up again within a day.
EMAIL_BACKOFF = Backoff((120.0, 600.0, 1_800.0, 7_200.0, 21_600.0, 43_200.0))
ATTEMPTS_LIMIT = EMAIL_BACKOFF.max_attempts


@dataclass(frozen=True)
class QuietHours:
    """Full hours between which a recipient gets no e-mail, in the time zone ``zone``.

    The hours may span midnight. If both are equal, there are no quiet hours.
    """

    start_hour: int
    end_hour: int
    zone: str

    def include(self, at: datetime) -> bool:
        """Return whether the moment ``at`` is within the quiet hours."""
        hour = at.astimezone(parse_timezone(self.zone)).hour
        if self.start_hour <= self.end_hour:
            return self.start_hour <= hour < self.end_hour
        return hour >= self.start_hour or hour < self.end_hour


# Merchants sleep. Operators get e-mail at any hour, unless they choose quiet hours.
DEFAULT_QUIET_HOURS = (22, 7)


def default_quiet_hours(*, is_operator: bool) -> tuple[int, int] | None:
    """Return the default quiet hours (first and end hour), or None for none."""
    return None if is_operator else DEFAULT_QUIET_HOURS


def after_quiet_hours(at: datetime, quiet: QuietHours | None) -> datetime:
    """Return ``at`` or, if it is in quiet hours, their end, in UTC."""
    if quiet is None or not quiet.include(at):
        return at
    zone = parse_timezone(quiet.zone)
    day = at.astimezone(zone).date()
    end = datetime.combine(day, time(quiet.end_hour), zone).astimezone(UTC)
    if end <= at:
        end = datetime.combine(day + timedelta(days=1), time(quiet.end_hour), zone).astimezone(UTC)
    return end


def email_due_at(
    now: datetime,
    *,
    last_email_at: datetime | None,
    quiet: QuietHours | None,
    last_counted_at: datetime | None = None,
) -> datetime:
    """Return when to send a digest about a problem found ``now``.

    ``last_counted_at`` is when the recipient last got an e-mail about issues of the same store that
    count rows; None if this problem counts nothing.
    """
    allowed_at = _after_min_interval(now, last_email_at, last_counted_at)
    return after_quiet_hours(max(now + DIGEST_DELAY, allowed_at), quiet)


def earliest_send_at(
    now: datetime,
    *,
    last_email_at: datetime | None,
    quiet: QuietHours | None,
    last_counted_at: datetime | None = None,
) -> datetime:
    """Return when a due digest may be sent: ``now``, or later because of spacing or quiet hours."""
    return after_quiet_hours(_after_min_interval(now, last_email_at, last_counted_at), quiet)


def retry_at(
    now: datetime, attempts: int, *, quiet: QuietHours | None, rng: Random = CHANCE
) -> datetime | None:
    """Return when to retry after this many failed attempts (1 or more), or None to give up."""
    next_at = EMAIL_BACKOFF.next_at(attempts, now, rng)
    return None if next_at is None else after_quiet_hours(next_at, quiet)


def _after_min_interval(
    now: datetime, last_email_at: datetime | None, last_counted_at: datetime | None
) -> datetime:
    allowed_at = now if last_email_at is None else max(now, last_email_at + MIN_INTERVAL)
    if last_counted_at is None:
        return allowed_at
    return max(allowed_at, last_counted_at + COUNTED_MIN_INTERVAL)
