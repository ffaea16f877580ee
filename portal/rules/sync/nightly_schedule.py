"""Schedule of the nightly reconciliation, in the store's time zone and spread over stores."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from hashlib import blake2b
from zoneinfo import ZoneInfo

START_TIME = time(3)
# Keeps a thousand stores of one time zone from starting at once.
SPREAD_S = 3600


def next_reconciliation_at(now: datetime, timezone: str, store_id: int) -> datetime:
    """Return the first moment after ``now`` at which the store's reconciliation is due, in UTC.

    There is one for each local date: at 03:00 in the store's ``timezone``, plus up to an hour that
    depends on the store's id alone. If the clocks skip 03:00, it is due three hours after midnight;
    if 03:00 occurs twice, the first counts. An unknown time zone counts as UTC.
    """
    zone = parse_timezone(timezone)
    delay = timedelta(seconds=_delay_s(store_id))
    # At the date line, a date can be skipped, and UTC can have another date: start one day early.
    day = now.astimezone(zone).date() - timedelta(days=1)
    while True:
        at = datetime.combine(day, START_TIME, zone).astimezone(UTC) + delay
        if at > now:
            return at
        day += timedelta(days=1)


def parse_timezone(name: str) -> tzinfo:
    """Return the time zone with this name, such as ``Europe/Berlin``, or UTC if it is unknown."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        # An invalid key, a directory of the database, or a name that it lacks.
        return UTC


def _delay_s(store_id: int) -> int:
    digest = blake2b(str(store_id).encode(), digest_size=4).digest()
    return int.from_bytes(digest) % SPREAD_S
