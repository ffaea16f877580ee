"""Security events: counted in memory first, once a second in the database.

A flood of refused tries must not become a flood of writes, and a refusal needs no database. The
sender chooses network and store id, so the number of rows is limited. A killed process loses at
most the events of its last second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Any

import structlog
from peewee import EXCLUDED, Case, Database, PeeweeException, fn

from portal.models import Merchant, SecurityEvent, Store, utc_now
from portal.rules.accounts.security_event_kinds import SecurityEventKind, is_refused
from portal.rules.accounts.security_event_limits import (
    EventCount,
    EventCounts,
    EventKey,
    RowCounts,
    add_event,
    within_limits,
)
from portal.services.background.debounce import Debouncer
from portal.services.background.rejected_webhook_counter import hour_of

log = structlog.get_logger(__name__)

FLUSH_INTERVAL_S = 1.0


@dataclass
class SecurityEventCounter:
    """Counter of this process's security events; threads can share one counter."""

    database: Database
    _counts: EventCounts = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _debouncer: Debouncer = field(init=False)

    def __post_init__(self) -> None:
        self._debouncer = Debouncer(FLUSH_INTERVAL_S, self._write)

    def count(
        self,
        kind: SecurityEventKind,
        *,
        merchant_id: int | None,
        store_id: int | None,
        network: str,
        endpoint: str,
    ) -> None:
        """Count an event; it is written to the database a second later."""
        now = utc_now()
        key = EventKey(hour_of(now), kind, merchant_id, store_id, network, endpoint)
        with self._lock:
            add_event(self._counts, key, EventCount(1, now, now))
        self._debouncer.trigger()

    def flush(self) -> None:
        """Write the counts now."""
        self._debouncer.flush()

    def _write(self) -> None:
        """Add the counts to the database; keep them for the next write if it fails."""
        with self._lock:
            counts, self._counts = self._counts, {}
        try:
            with self.database.connection_context():
                new = _add(self.database, counts)
        except PeeweeException as error:
            log.warning("security.events_not_saved", error=type(error).__name__)
            with self._lock:
                for key, count in counts.items():
                    add_event(self._counts, key, count)
            return
        for key in new:
            _log(key)


def _log(key: EventKey) -> None:
    """Write the line of a new row: further events of the hour are only counted."""
    write = log.warning if is_refused(key.kind) else log.info
    write(
        f"security.{key.kind}",
        merchant=key.merchant_id,
        store=key.store_id,
        network=key.network,
        endpoint=key.endpoint,
    )


def _add(database: Database, counts: Mapping[EventKey, EventCount]) -> Collection[EventKey]:
    """Add the counts to their rows; return the keys of new rows."""
    with database.atomic():
        named = _known(counts)
        existing = _existing(named)
        chosen = within_limits(named, existing, _rows_of({key.hour_at for key in named}))
        known = {key: count for key, count in chosen.items() if key.digest in existing}
        new = {key: count for key, count in chosen.items() if key.digest not in existing}
        _increase(known)
        _insert(new)
    return list(new)


def _known(counts: Mapping[EventKey, EventCount]) -> EventCounts:
    """Return the counts without accounts that were deleted, and stores that don't exist."""
    merchants = _ids(Merchant, {key.merchant_id for key in counts})
    stores = _ids(Store, {key.store_id for key in counts})
    known: EventCounts = {}
    for key, count in counts.items():
        named = replace(
            key,
            merchant_id=key.merchant_id if key.merchant_id in merchants else None,
            store_id=key.store_id if key.store_id in stores else None,
        )
        add_event(known, named, count)
    return known


def _ids(table: type[Merchant | Store], ids: Collection[int | None]) -> Collection[int]:
    named = [each for each in ids if each is not None]
    if not named:
        return ()
    return {row.id for row in table.select(table.id).where(table.id.in_(named))}


def _existing(keys: Iterable[EventKey]) -> Collection[str]:
    """Return the digests of rows that exist, of the keys and of those without network."""
    digests = {digest for key in keys for digest in (key.digest, key.without_network.digest)}
    rows = SecurityEvent.select(SecurityEvent.key).where(SecurityEvent.key.in_(sorted(digests)))
    return {row.key for row in rows}


def _rows_of(hours: Collection[datetime]) -> RowCounts:
    """Return the number of rows of some hours."""
    rows: Any = (
        SecurityEvent.select(
            SecurityEvent.hour_at,
            SecurityEvent.merchant,
            SecurityEvent.kind,
            fn.COUNT(SecurityEvent.id),
        )
        .where(SecurityEvent.hour_at.in_(list(hours)))
        .group_by(SecurityEvent.hour_at, SecurityEvent.merchant, SecurityEvent.kind)
        .tuples()
    )
    counts: Counter[tuple[datetime, int | None, bool]] = Counter()
    for hour_at, merchant_id, kind, number in rows:
        counts[hour_at, merchant_id, is_refused(kind)] += number
    return counts


def _increase(counts: EventCounts) -> None:
    """Add to rows that exist; an upsert would use up an id of PostgreSQL for each of them."""
    if not counts:
        return
    key = SecurityEvent.key
    added = Case(key, [(each.digest, count.count) for each, count in counts.items()])
    last_at = Case(key, [(each.digest, count.last_at) for each, count in counts.items()])
    SecurityEvent.update(count=SecurityEvent.count + added, last_at=last_at).where(
        key.in_([each.digest for each in counts])
    ).execute()


def _insert(counts: EventCounts) -> None:
    """Add rows; another process may have added one of them in the meantime."""
    if not counts:
        return
    rows = [
        {
            "key": key.digest,
            "hour_at": key.hour_at,
            "kind": key.kind,
            "merchant": key.merchant_id,
            "store": key.store_id,
            "network": key.network,
            "endpoint": key.endpoint,
            "count": added.count,
            "first_at": added.first_at,
            "last_at": added.last_at,
        }
        for key, added in counts.items()
    ]
    SecurityEvent.insert_many(rows).on_conflict(
        conflict_target=[SecurityEvent.key],
        update={
            SecurityEvent.count: SecurityEvent.count + EXCLUDED.count,
            SecurityEvent.last_at: EXCLUDED.last_at,
        },
    ).execute()
