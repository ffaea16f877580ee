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

from portal.models import EventWord, WebhookEvent
from portal.models.bulk import among
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_scans import (
    Road,
    Span,
    count_on,
    entity_lane,
    ids_on,
    numbers,
    road_of,
    word_lane,
)

LOOK = 5_000
FIRST_LOOK = 100
# Rows come in the order of their arrival, but for processes whose clocks or commits cross.
CLOCKS = timedelta(minutes=1)


class Found(NamedTuple):
    """Hold the ids that match; ``looked_to`` is the row behind which was not looked yet.

    None if that is all there is, or as many as were asked for.
    """

    ids: list[int]
    looked_to: int | None = None


class Count(NamedTuple):
    """Hold how many match: that many, or more than that if it isn't exact."""

    number: int
    is_exact: bool


def whole_span() -> Span:
    """Return the span of all events that are there now."""
    newest: int = WebhookEvent.select(fn.MAX(WebhookEvent.id)).scalar() or 0
    return Span(0, newest + 1)


def find_ids(
    store_id: int, wanted: EventFilter, span: Span, *, limit: int, is_rising: bool = False
) -> Found:
    """Return the first ``limit`` of the store's events within the span that match."""
    span = _within_times(wanted, span)
    if wanted.text:
        named = _named_by(store_id, wanted, span)
        if named is not None or not wanted.words:
            return Found([named] if named is not None else [])
    road = road_of(store_id, wanted)
    if not wanted.words and not wanted.entity:
        return Found(ids_on(road, span, limit, is_rising=is_rising))
    rarest = _rarest(store_id, wanted, road, span)
    return _walk(store_id, wanted, rarest, span, limit=limit, is_rising=is_rising)


def count_matches(store_id: int, wanted: EventFilter, span: Span, limit: int) -> Count:
    """Return how many match; counts no further than ``limit``, nor through too many rows."""
    span = _within_times(wanted, span)
    if not wanted.text and not wanted.entity:
        number = count_on(road_of(store_id, wanted), span, limit + 1)
        return Count(min(number, limit), number <= limit)
    found = find_ids(store_id, wanted, span, limit=limit + 1)
    number = len(found.ids)
    return Count(min(number, limit), number <= limit and found.looked_to is None)


def _named_by(store_id: int, wanted: EventFilter, span: Span) -> int | None:
    """Return the event whose own id the text is, if it matches otherwise."""
    row = WebhookEvent.get_or_none(
        WebhookEvent.event_id == wanted.text,
        WebhookEvent.store_id == store_id,
        WebhookEvent.id > span.low,
        WebhookEvent.id < span.high,
        *wanted.conditions(),
    )
    return None if row is None else row.id


def _rarest(store_id: int, wanted: EventFilter, road: Road, span: Span) -> Road:
    """Return the road with the fewest events; the first of the common ones if all are common."""
    roads = [(word_lane(store_id, word),) for word in wanted.words]
    if wanted.entity:
        roads.append((entity_lane(store_id, wanted.entity),))
    if wanted.type or wanted.state:
        roads.append(road)  # type: ignore[arg-type]
    return min(roads, key=lambda one: min(count_on(one, span, LOOK + 1), LOOK + 1))


def _walk(
    store_id: int, wanted: EventFilter, road: Road, span: Span, *, limit: int, is_rising: bool
) -> Found:
    found: list[int] = []
    looked, step = 0, FIRST_LOOK
    while looked < LOOK:
        ids = ids_on(road, span, step, is_rising=is_rising)
        found += _matching(store_id, wanted, ids, is_rising=is_rising)
        if len(found) >= limit or len(ids) < step:
            return Found(found[:limit])
        span = span.behind(ids[-1], is_rising=is_rising)
        looked += step
        step = min(4 * step, LOOK - looked)
    return Found(found, ids[-1])


def _matching(
    store_id: int, wanted: EventFilter, ids: Sequence[int], *, is_rising: bool
) -> list[int]:
    """Return which of the events match, in their order."""
    # The plus keeps databases from any index but the key's, of which they think too highly.
    is_ours = NodeList((SQL("+"), WebhookEvent.store_id)) == store_id
    rows = WebhookEvent.select(WebhookEvent.id).where(
        among(WebhookEvent.id, ids), is_ours, *wanted.conditions()
    )
    left = set(numbers(rows))
    for word in wanted.words:
        with_word = EventWord.select(EventWord.event_id).where(
            EventWord.store_id == store_id,
            EventWord.word == word,
            among(EventWord.event_id, ids),
        )
        left &= set(numbers(with_word))
    return sorted(left, reverse=not is_rising)


def _within_times(wanted: EventFilter, span: Span) -> Span:
    """Narrow the span to about the wanted time; the rows themselves are still compared.

    Halving the rows that lie in between takes twenty looks and needs no index of times, which
    each arriving event would pay for. Few rows are all compared: nothing is to be gained.
    """
    low, high = span
    if wanted.since is not None and high - low > LOOK:
        low = max(low, _first_at(wanted.since - CLOCKS, low, high) - 1)
    if wanted.until is not None and high - low > LOOK:
        high = min(high, _first_at(wanted.until + CLOCKS, low, high))
    return Span(low, high)


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
