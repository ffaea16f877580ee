"""Index scans of events in the order of their row ids: each scan uses one index with one key.

The search runs single scans instead of one query with all conditions, because a database that must
choose an index for such a query may choose the wrong one. It would then read a million events to
find that none matches.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nlargest, nsmallest
from itertools import chain
from typing import Any, NamedTuple

from peewee import SQL, Field, ModelSelect

from portal.models import EventState, EventTerm, WebhookEvent, database
from portal.services.events.event_filter import EventFilter

# No store sends this many types. The limit keeps forged types from making a search slow.
TYPES_LIMIT = 100


class IdRange(NamedTuple):
    """Range of row ids to search, without both ends."""

    low: int
    high: int

    def beyond(self, row_id: int, *, is_ascending: bool) -> IdRange:
        """Return the part of the range beyond a row, in the direction of the search."""
        return IdRange(row_id, self.high) if is_ascending else IdRange(self.low, row_id)


@dataclass(frozen=True)
class IndexScan:
    """Rows with one key of an index, and the id column that they are sorted by."""

    rows: ModelSelect[Any]
    key: Field

    def ids(self, id_range: IdRange, limit: int, *, is_ascending: bool) -> list[int]:
        """Return the first ``limit`` ids within the range."""
        order = self.key if is_ascending else self.key.desc()
        # A literal, because PostgreSQL's generic plan for any limit is a bad one for a low limit.
        return fetch_ids(self._within(id_range).order_by(order).limit(SQL(str(limit))))

    def count(self, id_range: IdRange, limit: int) -> int:
        """Return the number of rows in the range, at most ``limit``."""
        counted: int = self._within(id_range).limit(limit).count()
        return counted

    def _within(self, id_range: IdRange) -> ModelSelect[Any]:
        # No BETWEEN, because it includes both ends.
        return self.rows.where(self.key > id_range.low, self.key < id_range.high)


ScanSet = tuple[IndexScan, ...]


def fetch_ids(query: ModelSelect[Any]) -> list[int]:
    """Return the single integer column of a query without building model instances."""
    return [row[0] for row in database.execute(query).fetchall()]


def term_scan(store_id: int, term: str) -> IndexScan:
    """Return a scan of the events that contain the term."""
    rows = EventTerm.select(EventTerm.event_id).where(
        EventTerm.store_id == store_id, EventTerm.term == term
    )
    return IndexScan(rows, EventTerm.event_id)


def entity_scan(store_id: int, entity_id: str) -> IndexScan:
    """Return a scan of the events about an entity."""
    return _event_scan(WebhookEvent.store_id == store_id, WebhookEvent.entity_id == entity_id)


def scans_for(store_id: int, wanted: EventFilter) -> ScanSet:
    """Return scans that together cover the events of the wanted type, state and time."""
    is_ours, times = WebhookEvent.store_id == store_id, wanted.times()
    if not wanted.type and not wanted.state:
        return (_event_scan(is_ours, *times),)
    types = [wanted.type] if wanted.type else event_types(store_id)
    states = [wanted.state] if wanted.state else list(EventState)
    return tuple(
        _event_scan(is_ours, WebhookEvent.type == one_type, WebhookEvent.state == state, *times)
        for one_type in types
        for state in states
    )


def event_types(store_id: int) -> list[str]:
    """Return the store's event types, sorted; takes one index seek per type instead of a scan."""
    found: list[str] = []
    while len(found) < TYPES_LIMIT:
        later = WebhookEvent.select(WebhookEvent.type).where(
            WebhookEvent.store_id == store_id, WebhookEvent.type > (found[-1] if found else "")
        )
        next_type = later.order_by(WebhookEvent.type).limit(1).tuples().first()
        if next_type is None:
            break
        found.append(next_type[0])
    return found


def scan_ids(scans: ScanSet, id_range: IdRange, limit: int, *, is_ascending: bool) -> list[int]:
    """Return the first ``limit`` ids of all scans together."""
    found = chain.from_iterable(
        scan.ids(id_range, limit, is_ascending=is_ascending) for scan in scans
    )
    return nsmallest(limit, found) if is_ascending else nlargest(limit, found)


def scan_count(scans: ScanSet, id_range: IdRange, limit: int) -> int:
    """Return the number of rows of all scans; stops counting soon after ``limit``."""
    counted = 0
    for scan in scans:
        counted += scan.count(id_range, limit)
        if counted >= limit:
            break
    return counted


def _event_scan(*conditions: Any) -> IndexScan:
    return IndexScan(WebhookEvent.select(WebhookEvent.id).where(*conditions), WebhookEvent.id)
