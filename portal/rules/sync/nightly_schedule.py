"""Say when in each night a store is audited: by its own clock, and apart from other stores."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from hashlib import blake2b
from zoneinfo import ZoneInfo

START_TIME = time(3)
# So that a thousand stores of one time zone don't begin at once.
SPREAD_S = 3600


def next_reconciliation_at(now: datetime, timezone: str, store_id: int) -> datetime:
    """Return the first moment after ``now`` at which the store is due to be audited, in UTC.

    One for each of the store's dates: at 03:00 of its ``timezone``, and up to an hour later, by
    the store's number alone. Where the clocks go forward at that hour, 03:00 is as long after
    midnight as ever; where they go back, the first of the two counts. A time zone that is
    unknown counts as UTC.
    """
    zone = parse_timezone(timezone)
    delay = timedelta(seconds=_delay_s(store_id))
    # The moment can lie past midnight in UTC, and days are skipped at the date line.
    day = now.astimezone(zone).date() - timedelta(days=1)
    while True:
        at = datetime.combine(day, START_TIME, zone).astimezone(UTC) + delay
        if at > now:
            return at
        day += timedelta(days=1)


def parse_timezone(name: str) -> tzinfo:
    """Return the time zone of this name, such as ``Europe/Berlin``; UTC if nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        # A name that is no key, a folder of the database, or one that it lacks.
        return UTC


def _delay_s(store_id: int) -> int:
    digest = blake2b(str(store_id).encode(), digest_size=4).digest()
    return int.from_bytes(digest) % SPREAD_S
