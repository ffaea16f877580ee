"""Find a store's events by type, state, entity, time and words, in the order of their arrival.

Type, state and time lie along one index. Words and entities have each their own: the rarest of
what is wanted is walked, and what is met there is looked at. If even the rarest is common, so
many are looked at in one search and no more; the caller is told how far that came. So a search
takes the same short time whether it matches everything, a little or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from peewee import SQL, NodeList, fn

from portal.models import EventTerm, WebhookEvent
from portal.models.bulk import in_values
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_scans import (
    IdRange,
    ScanSet,
    entity_scan,
    fetch_ids,
    scan_count,
    scan_ids,
    scans_for,
    term_scan,
)

SCAN_LIMIT = 5_000
FIRST_SCAN = 100
# Rows come in the order of their arrival, but for processes whose clocks or commits cross.
CLOCK_SKEW = timedelta(minutes=1)


class SearchResult(NamedTuple):
    """Hold the ids that match; ``searched_to`` is the row behind which was not looked yet.

    None if that is all there is, or as many as were asked for.
    """

    ids: list[int]
    searched_to: int | None = None


class Count(NamedTuple):
    """Hold how many match: that many, or more than that if it isn't exact."""

    number: int
    is_exact: bool


def full_range() -> IdRange:
    """Return the span of all events that are there now."""
    newest: int = WebhookEvent.select(fn.MAX(WebhookEvent.id)).scalar() or 0
    return IdRange(0, newest + 1)


def find_ids(
    store_id: int, wanted: EventFilter, id_range: IdRange, *, limit: int, is_ascending: bool = False
) -> SearchResult:
    """Return the first ``limit`` of the store's events within the span that match."""
    id_range = _within_times(wanted, id_range)
    if wanted.text:
        named = _named_by(store_id, wanted, id_range)
        if named is not None or not wanted.terms:
            return SearchResult([named] if named is not None else [])
    scans = scans_for(store_id, wanted)
    if not wanted.terms and not wanted.entity:
        return SearchResult(scan_ids(scans, id_range, limit, is_ascending=is_ascending))
    most_selective = _most_selective(store_id, wanted, scans, id_range)
    return _scan(store_id, wanted, most_selective, id_range, limit=limit, is_ascending=is_ascending)


def count_matching_events(
    store_id: int, wanted: EventFilter, id_range: IdRange, limit: int
) -> Count:
    """Return how many match; counts no further than ``limit``, nor through too many rows."""
    id_range = _within_times(wanted, id_range)
    if not wanted.text and not wanted.entity:
        number = scan_count(scans_for(store_id, wanted), id_range, limit + 1)
        return Count(min(number, limit), number <= limit)
    found = find_ids(store_id, wanted, id_range, limit=limit + 1)
    number = len(found.ids)
    return Count(min(number, limit), number <= limit and found.searched_to is None)


def _named_by(store_id: int, wanted: EventFilter, id_range: IdRange) -> int | None:
    """Return the event whose own id the text is, if it matches otherwise."""
    row = WebhookEvent.get_or_none(
        WebhookEvent.event_id == wanted.text,
        WebhookEvent.store_id == store_id,
        WebhookEvent.id > id_range.low,
        WebhookEvent.id < id_range.high,
        *wanted.conditions(),
    )
    return None if row is None else row.id


def _most_selective(
    store_id: int, wanted: EventFilter, scans: ScanSet, id_range: IdRange
) -> ScanSet:
    """Return the road with the fewest events; the first of the common ones if all are common."""
    candidates = [(term_scan(store_id, term),) for term in wanted.terms]
    if wanted.entity:
        candidates.append((entity_scan(store_id, wanted.entity),))
    if wanted.type or wanted.state:
        candidates.append(scans)  # type: ignore[arg-type]
    return min(
        candidates, key=lambda one: min(scan_count(one, id_range, SCAN_LIMIT + 1), SCAN_LIMIT + 1)
    )


def _scan(
    store_id: int,
    wanted: EventFilter,
    scans: ScanSet,
    id_range: IdRange,
    *,
    limit: int,
    is_ascending: bool,
) -> SearchResult:
    found: list[int] = []
    scanned, step = 0, FIRST_SCAN
    while scanned < SCAN_LIMIT:
        ids = scan_ids(scans, id_range, step, is_ascending=is_ascending)
        found += _matching(store_id, wanted, ids, is_ascending=is_ascending)
        if len(found) >= limit or len(ids) < step:
            return SearchResult(found[:limit])
        id_range = id_range.beyond(ids[-1], is_ascending=is_ascending)
        scanned += step
        step = min(4 * step, SCAN_LIMIT - scanned)
    return SearchResult(found, ids[-1])


def _matching(
    store_id: int, wanted: EventFilter, ids: Sequence[int], *, is_ascending: bool
) -> list[int]:
    """Return which of the events match, in their order."""
    # The plus keeps databases from any index but the key's, of which they think too highly.
    is_ours = NodeList((SQL("+"), WebhookEvent.store_id)) == store_id
    rows = WebhookEvent.select(WebhookEvent.id).where(
        in_values(WebhookEvent.id, ids), is_ours, *wanted.conditions()
    )
    left = set(fetch_ids(rows))
    for term in wanted.terms:
        with_word = EventTerm.select(EventTerm.event_id).where(
            EventTerm.store_id == store_id,
            EventTerm.term == term,
            in_values(EventTerm.event_id, ids),
        )
        left &= set(fetch_ids(with_word))
    return sorted(left, reverse=not is_ascending)


def _within_times(wanted: EventFilter, id_range: IdRange) -> IdRange:
    """Narrow the span to about the wanted time; the rows themselves are still compared.

    Halving the rows that lie in between takes twenty looks and needs no index of times, which
    each arriving event would pay for. Few rows are all compared: nothing is to be gained.
    """
    low, high = id_range
    if wanted.since is not None and high - low > SCAN_LIMIT:
        low = max(low, _first_at(wanted.since - CLOCK_SKEW, low, high) - 1)
    if wanted.until is not None and high - low > SCAN_LIMIT:
        high = min(high, _first_at(wanted.until + CLOCK_SKEW, low, high))
    return IdRange(low, high)


def _first_at(at: datetime, low: int, high: int) -> int:
    """Return the id from which on events were received at ``at`` or later; ``high`` if none."""
    while high - low > 1:
        middle = (low + high) // 2
        row = (
            WebhookEvent.select(WebhookEvent.received_at)
            .where(WebhookEvent.id >= middle)
            .order_by(WebhookEvent.id)
            .limit(1)
            .tuples()
            .first()
        )
        if row is None or row[0] >= at:
            high = middle
        else:
            low = middle
    return high
