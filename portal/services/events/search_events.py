"""Search a store's events by type, state, entity, time and terms, in order of arrival.

One index covers type, state and time; terms and entities have their own. The search scans the most
selective index and checks the other conditions on each row. It scans at most `SCAN_LIMIT` rows and
returns how far it came. So a search takes the same short time whether it matches every event, a few
or none.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    scan_counts,
    scan_ids,
    scans_for,
    term_scan,
)
from portal.services.events.time_range import narrow_to_times

SCAN_LIMIT = 5_000
# Enough for a page of a common match.
FIRST_SCAN = 250


class SearchResult(NamedTuple):
    """Matching ids; ``searched_to`` is the last row searched if the scan limit ended the search.

    It is None if all rows were searched or the requested number was found.
    """

    ids: list[int]
    searched_to: int | None = None


class Count(NamedTuple):
    """Number of matches; if it isn't exact, there may be more."""

    number: int
    is_exact: bool


def full_range() -> IdRange:
    """Return the range of all current events."""
    newest: int = WebhookEvent.select(fn.MAX(WebhookEvent.id)).scalar() or 0
    return IdRange(0, newest + 1)


def find_ids(
    store_id: int, wanted: EventFilter, id_range: IdRange, *, limit: int, is_ascending: bool = False
) -> SearchResult:
    """Return the first ``limit`` matching events of the store within the range."""
    id_range = narrow_to_times(wanted, id_range, if_longer_than=SCAN_LIMIT)
    if wanted.text:
        named = _named_by(store_id, wanted, id_range)
        if named is not None or not wanted.terms:
            return SearchResult([named] if named is not None else [])
    if not wanted.terms and not wanted.entity:
        scans = scans_for(store_id, wanted)
        return SearchResult(scan_ids(scans, id_range, limit, is_ascending=is_ascending))
    most_selective = _most_selective(store_id, wanted, id_range)
    return _scan(store_id, wanted, most_selective, id_range, limit=limit, is_ascending=is_ascending)


def count_matching_events(
    store_id: int, wanted: EventFilter, id_range: IdRange, limit: int
) -> Count:
    """Return how many events match; stops counting at ``limit`` or at the scan limit."""
    if not wanted.text and not wanted.entity:
        id_range = narrow_to_times(wanted, id_range, if_longer_than=SCAN_LIMIT)
        [number] = scan_counts([scans_for(store_id, wanted)], id_range, limit + 1)
        return Count(min(number, limit), number <= limit)
    found = find_ids(store_id, wanted, id_range, limit=limit + 1)
    number = len(found.ids)
    return Count(min(number, limit), number <= limit and found.searched_to is None)


def _named_by(store_id: int, wanted: EventFilter, id_range: IdRange) -> int | None:
    """Return the row id of the event whose ``event_id`` is the text, if it matches the rest."""
    row = WebhookEvent.get_or_none(
        WebhookEvent.event_id == wanted.text,
        WebhookEvent.store_id == store_id,
        WebhookEvent.id > id_range.low,
        WebhookEvent.id < id_range.high,
        *wanted.conditions(),
    )
    return None if row is None else row.id


def _most_selective(store_id: int, wanted: EventFilter, id_range: IdRange) -> ScanSet:
    """Return the scans with the fewest events, or the first candidate if all exceed the limit."""
    candidates: list[ScanSet] = [(term_scan(store_id, term),) for term in wanted.terms]
    if wanted.entity:
        candidates.append((entity_scan(store_id, wanted.entity),))
    if wanted.type or wanted.wanted_states:
        candidates.append(scans_for(store_id, wanted))
    if len(candidates) == 1:
        return candidates[0]
    counts = scan_counts(candidates, id_range, SCAN_LIMIT + 1)
    return candidates[counts.index(min(counts))]


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
    for step in (FIRST_SCAN, SCAN_LIMIT - FIRST_SCAN):
        ids = scan_ids(scans, id_range, step, is_ascending=is_ascending)
        found += _matching(store_id, wanted, ids, is_ascending=is_ascending)
        if len(found) >= limit or len(ids) < step:
            return SearchResult(found[:limit])
        id_range = id_range.beyond(ids[-1], is_ascending=is_ascending)
    return SearchResult(found, ids[-1])


def _matching(
    store_id: int, wanted: EventFilter, ids: Sequence[int], *, is_ascending: bool
) -> list[int]:
    """Return those of the events that match, in the same order."""
    if not ids:
        return []
    # The unary plus keeps the planner from the store's index, which it overrates: the primary key
    # is the right one here.
    is_ours = NodeList((SQL("+"), WebhookEvent.store_id)) == store_id
    rows = WebhookEvent.select(WebhookEvent.id).where(
        in_values(WebhookEvent.id, ids), is_ours, *wanted.conditions()
    )
    for term in wanted.terms:
        # A value, not EXISTS, which PostgreSQL may turn into a join with all events of the term.
        rows = rows.where(
            EventTerm.select(SQL("1")).where(
                EventTerm.store_id == store_id,
                EventTerm.term == term,
                EventTerm.event_id == WebhookEvent.id,
            )
            == 1
        )
    return sorted(fetch_ids(rows), reverse=not is_ascending)
