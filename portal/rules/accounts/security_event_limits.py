"""Limits of the rows that security events take, so that strangers can't fill the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from portal.rules.accounts.networks import OTHER_NETWORKS
from portal.rules.accounts.security_event_kinds import is_refused

# Rows of one hour: of an account, and of all refused tries.
ROWS_OF_ACCOUNT = 50
ROWS_OF_HOUR = 500
# Events that a process keeps apart between two writes.
KEYS_IN_MEMORY = 200


@dataclass(frozen=True)
class EventKey:
    """All that one row counts; ``merchant_id`` and ``store_id`` are None if there is none."""

    hour_at: datetime
    kind: str
    merchant_id: int | None = None
    store_id: int | None = None
    network: str = OTHER_NETWORKS
    endpoint: str = ""

    @property
    def digest(self) -> str:
        """Return the key of the row in the database."""
        parts = (self.hour_at.isoformat(), self.kind, self.merchant_id, self.store_id)
        text = "\n".join(map(str, (*parts, self.network, self.endpoint)))
        return sha256(text.encode()).hexdigest()

    @property
    def without_network(self) -> EventKey:
        """Return the key of the row for all networks that have no row of their own."""
        return replace(self, store_id=None, network=OTHER_NETWORKS, endpoint="")

    @property
    def without_account(self) -> EventKey:
        """Return the key of the row for all accounts and networks."""
        return replace(self.without_network, merchant_id=None)


@dataclass(frozen=True)
class EventCount:
    """Number of events with the same key, and the times of the first and the last."""

    count: int
    first_at: datetime
    last_at: datetime

    def __add__(self, other: EventCount) -> EventCount:
        """Return the count of both."""
        return EventCount(
            self.count + other.count,
            min(self.first_at, other.first_at),
            max(self.last_at, other.last_at),
        )


EventCounts = dict[EventKey, EventCount]
# Number of rows by hour, account, and whether they count refused tries.
RowCounts = Mapping[tuple[datetime, int | None, bool], int]


def add_event(counts: EventCounts, key: EventKey, added: EventCount) -> None:
    """Add events to ``counts``, which never has many more than `KEYS_IN_MEMORY` keys."""
    if key not in counts and len(counts) >= KEYS_IN_MEMORY:
        key = key.without_network
    if key not in counts and len(counts) >= 2 * KEYS_IN_MEMORY:
        key = key.without_account
    counts[key] = counts[key] + added if key in counts else added


def within_limits(
    counts: Mapping[EventKey, EventCount], existing: Collection[str], rows: RowCounts
) -> EventCounts:
    """Return the counts by the rows that they are added to.

    ``existing`` are the digests of rows that exist. Beyond the limits, networks share a row. Done
    events have a limit of their own, so that an attack doesn't hide where a sign-in came from.
    """
    made = Counter(rows)
    of_hour: Counter[datetime] = Counter()
    for (hour_at, _account, was_refused), number in rows.items():
        of_hour[hour_at] += number if was_refused else 0
    limited: EventCounts = {}
    for key, added in counts.items():
        group = (key.hour_at, key.merchant_id, is_refused(key.kind))
        chosen = key
        if key.digest not in existing:
            is_full = group[2] and of_hour[key.hour_at] >= ROWS_OF_HOUR
            if is_full or (key.merchant_id is not None and made[group] >= ROWS_OF_ACCOUNT):
                chosen = key.without_network
            else:
                made[group] += 1
                of_hour[key.hour_at] += group[2]
        limited[chosen] = limited[chosen] + added if chosen in limited else added
    return limited
