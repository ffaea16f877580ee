"""Say when a person is told by mail: many things at once, seldom, and not in quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from portal.rules.sync.nightly_schedule import zone_of
from portal.rules.work.backoff import CHANCE, Backoff

# What goes wrong at once is found within moments, so one letter tells it all.
GATHER = timedelta(minutes=1)
# However much goes wrong, nobody gets more than four letters an hour.
SPACING = timedelta(minutes=15)
# 2 and 10 minutes, half an hour, 2, 6 and 12 hours: greylisting servers expect the next attempt
# within minutes; one that is down is up again within a day.
EMAIL_BACKOFF = Backoff((120.0, 600.0, 1_800.0, 7_200.0, 21_600.0, 43_200.0))
ATTEMPTS_LIMIT = EMAIL_BACKOFF.attempts_limit


@dataclass(frozen=True)
class QuietHours:
    """Hold the full hours of the day, by the clock of ``zone``, between which no mail is sent.

    They may span midnight. A day that is quiet from an hour to the same hour has none.
    """

    begins: int
    ends: int
    zone: str

    def include(self, at: datetime) -> bool:
        """Tell whether a moment lies in them."""
        hour = at.astimezone(zone_of(self.zone)).hour
        if self.begins <= self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends


# Merchants sleep; who runs the portal is to learn of trouble at any hour, unless they choose.
MERCHANTS_NIGHT = (22, 7)


def default_hours(*, is_operator: bool) -> tuple[int, int] | None:
    """Return from when to when it is quiet for somebody who has chosen nothing; None: never."""
    return None if is_operator else MERCHANTS_NIGHT


def after_quiet(at: datetime, quiet: QuietHours | None) -> datetime:
    """Return ``at``, or the end of the quiet hours that it lies in, in UTC."""
    if quiet is None or not quiet.include(at):
        return at
    zone = zone_of(quiet.zone)
    day = at.astimezone(zone).date()
    end = datetime.combine(day, time(quiet.ends), zone).astimezone(UTC)
    if end <= at:
        end = datetime.combine(day + timedelta(days=1), time(quiet.ends), zone).astimezone(UTC)
    return end


def letter_due_at(
    now: datetime, *, last_letter_at: datetime | None, quiet: QuietHours | None
) -> datetime:
    """Return when to send a letter about what was found ``now``."""
    return after_quiet(max(now + GATHER, _spaced(now, last_letter_at)), quiet)


def may_go_at(
    now: datetime, *, last_letter_at: datetime | None, quiet: QuietHours | None
) -> datetime:
    """Return when a letter that is due may go: ``now``, or as soon as it disturbs nobody."""
    return after_quiet(_spaced(now, last_letter_at), quiet)


def retry_at(
    now: datetime, attempts: int, *, quiet: QuietHours | None, chance: Random = CHANCE
) -> datetime | None:
    """Return when to try again after so many attempts (1 or more) have failed; None: never."""
    next_at = EMAIL_BACKOFF.next_at(attempts, now, chance)
    return None if next_at is None else after_quiet(next_at, quiet)


def _spaced(now: datetime, last_letter_at: datetime | None) -> datetime:
    return now if last_letter_at is None else max(now, last_letter_at + SPACING)
