"""Range of row ids of the events that were received within a time range.

A binary search needs no index of times, which would cost time at each insert. Row ids follow the
time of receipt, except where processes' clocks or commits overlap.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.models import WebhookEvent, database
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_scans import IdRange

CLOCK_SKEW = timedelta(minutes=1)

# The id of the first event in a range that was received at a time or later; the range's upper end
# if none was. One statement instead of the twenty that as many lookups would take.
_FIRST_AT = """(WITH RECURSIVE step(low, high) AS (
  SELECT CAST({0} AS BIGINT), CAST({0} AS BIGINT)
  UNION ALL
  SELECT CASE WHEN {1} THEN low ELSE (low + high) / 2 END,
         CASE WHEN {1} THEN (low + high) / 2 ELSE high END
  FROM step WHERE high - low > 1
) SELECT MIN(high) FROM step)"""
_IS_LATE = """COALESCE((SELECT received_at FROM webhook_event
  WHERE id >= (step.low + step.high) / 2 ORDER BY id LIMIT 1) >= {0}, TRUE)"""


def narrow_to_times(wanted: EventFilter, id_range: IdRange, *, if_longer_than: int) -> IdRange:
    """Narrow the range to about the wanted time; the rows are still compared afterwards.

    A short range is not narrowed, because comparing all its rows is as cheap.
    """
    low, high = id_range
    if high - low <= if_longer_than or not wanted.times():
        return id_range
    begin = None if wanted.since is None else wanted.since - CLOCK_SKEW
    end = None if wanted.until is None else wanted.until + CLOCK_SKEW
    first, last = _first_ids([begin, end], id_range)
    return IdRange(low if first is None else max(low, first - 1), high if last is None else last)


def _first_ids(times: list[datetime | None], id_range: IdRange) -> list[int | None]:
    """Return the first id at each time, None for no time."""
    parts: list[str] = []
    values: list[Any] = []
    for at in times:
        if at is None:
            parts.append("NULL")
        else:
            moment = WebhookEvent.received_at.db_value(at)
            parts.append(_FIRST_AT.format("?", _IS_LATE.format("?")))
            values += [*id_range, moment, moment]
    statement = f"SELECT {', '.join(parts)}".replace("?", database.param)
    found: tuple[int | None, ...] = database.execute_sql(statement, values).fetchone()
    return list(found)
