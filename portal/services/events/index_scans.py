"""Index scans of events in the order of their row ids: each scan uses one index with one key.

The search runs single scans instead of one query with all conditions, because a database that must
choose an index for such a query may choose the wrong one. It would then read a million events to
find that none matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

    def first(self, id_range: IdRange, limit: int, *, is_ascending: bool) -> ModelSelect[Any]:
        """Return the query of the first ``limit`` ids within the range."""
        order = self.key if is_ascending else self.key.desc()
        # A literal, because PostgreSQL's generic plan for any limit is a bad one for a low limit.
        return self._within(id_range).order_by(order).limit(SQL(str(limit)))

    def any(self, id_range: IdRange, limit: int) -> ModelSelect[Any]:
        """Return the query of any ``limit`` ids within the range."""
        return self._within(id_range).limit(SQL(str(limit)))

    def _within(self, id_range: IdRange) -> ModelSelect[Any]:
        # No BETWEEN, because it includes both ends.
        return self.rows.where(self.key > id_range.low, self.key < id_range.high)


ScanSet = tuple[IndexScan, ...]


def fetch_ids(query: ModelSelect[Any]) -> list[int]:
    """Return the single integer column of a query without building model instances."""
    return [row[0] for row in database.execute(query).fetchall()]


def term_scan(store_id: int, term: str) -> IndexScan:
    """Return a scan of the events that contain the term."""
    rows = EventTerm.select(EventTerm.event_id.alias("id")).where(
        EventTerm.store_id == store_id, EventTerm.term == term
    )
    return IndexScan(rows, EventTerm.event_id)


def entity_scan(store_id: int, entity_id: str) -> IndexScan:
    """Return a scan of the events about an entity."""
    return _event_scan(WebhookEvent.store_id == store_id, WebhookEvent.entity_id == entity_id)


def scans_for(store_id: int, wanted: EventFilter) -> ScanSet:
    """Return scans that together cover the events of the wanted type, state and time."""
    is_ours, times = WebhookEvent.store_id == store_id, wanted.times()
    if not wanted.type and not wanted.wanted_states:
        return (_event_scan(is_ours, *times),)
    types = [wanted.type] if wanted.type else event_types(store_id)
    return tuple(
        _event_scan(is_ours, WebhookEvent.type == one_type, WebhookEvent.state == state, *times)
        for one_type in types
        for state in wanted.wanted_states or EventState
    )


# One index seek per type instead of a scan of all events.
_TYPES = f"""WITH RECURSIVE seek(type) AS (
  SELECT (SELECT type FROM webhook_event WHERE store_id = ? ORDER BY type LIMIT 1)
  UNION ALL
  SELECT (SELECT type FROM webhook_event WHERE store_id = ? AND type > seek.type
          ORDER BY type LIMIT 1)
  FROM seek WHERE seek.type IS NOT NULL
) SELECT type FROM seek WHERE type IS NOT NULL LIMIT {TYPES_LIMIT}"""  # noqa: S608 - a constant


def event_types(store_id: int) -> list[str]:
    """Return the store's event types, sorted."""
    statement = _TYPES.replace("?", database.param)
    return [row[0] for row in database.execute_sql(statement, (store_id, store_id)).fetchall()]


def scan_ids(scans: ScanSet, id_range: IdRange, limit: int, *, is_ascending: bool) -> list[int]:
    """Return the first ``limit`` ids of all scans together, with one statement."""
    if not scans:
        return []
    parts = [scan.first(id_range, limit, is_ascending=is_ascending) for scan in scans]
    statement, values = _union(parts)
    order = "ASC" if is_ascending else "DESC"
    statement = f"SELECT id FROM ({statement}) AS found ORDER BY id {order} LIMIT {limit}"  # noqa: S608 - placeholders
    return [row[0] for row in database.execute_sql(statement, values).fetchall()]


def scan_counts(candidates: Sequence[ScanSet], id_range: IdRange, limit: int) -> list[int]:
    """Return the number of rows of each candidate, at most ``limit``, with one statement."""
    counts: list[str] = []
    values: list[Any] = []
    for scans in candidates:
        if not scans:
            counts.append("0")
            continue
        part, part_values = _union([scan.any(id_range, limit) for scan in scans])
        some = f"SELECT id FROM ({part}) AS found LIMIT {limit}"  # noqa: S608 - placeholders
        counts.append(f"(SELECT COUNT(*) FROM ({some}) AS counted)")  # noqa: S608 - placeholders
        values += part_values
    found: Sequence[int] = database.execute_sql(f"SELECT {', '.join(counts)}", values).fetchone()
    return list(found)


def _union(queries: Sequence[ModelSelect[Any]]) -> tuple[str, list[Any]]:
    """Return one statement with the rows of all queries in its column ``id``, and its values."""
    parts: list[str] = []
    values: list[Any] = []
    for number, query in enumerate(queries):
        statement, part_values = query.sql()
        # SQLite allows a limit within a compound statement only in a subquery.
        parts.append(f"SELECT id FROM ({statement}) AS part{number}")  # noqa: S608 - placeholders
        values += part_values
    return " UNION ALL ".join(parts), values


def _event_scan(*conditions: Any) -> IndexScan:
    return IndexScan(WebhookEvent.select(WebhookEvent.id).where(*conditions), WebhookEvent.id)
