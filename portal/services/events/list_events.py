"""List a store's events page by page, and load an event's attempts, changes and replays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.models import (
    EVENT_SUMMARY_COLUMNS,
    AttemptOutcome,
    CircuitBreaker,
    EventAttempt,
    EventBatch,
    EventReplay,
    EventState,
    RecordChange,
    ReplayedEvent,
    Store,
    WebhookEvent,
    utc_now,
)
from portal.services.events.event_filter import EventFilter
from portal.services.events.search_events import SearchResult, find_ids, full_range
from portal.services.pagination import PAGE_SIZE
from portal.services.records.record_changes import changes_of

ATTEMPTS_SHOWN = 50

_LISTED = (
    *EVENT_SUMMARY_COLUMNS,
    WebhookEvent.attempts,
    WebhookEvent.due_at,
    WebhookEvent.error,
)


@dataclass(frozen=True)
class EventPage:
    """One page of events, newest first; ``earlier`` and ``later`` as in `KeyPage`.

    ``searched_back_to`` is set if the search stopped at its scan limit: the time of the last event
    that was searched. There may be more matches beyond ``later`` or ``earlier``.
    """

    rows: Sequence[WebhookEvent]
    earlier: int | None
    later: int | None
    searched_back_to: datetime | None = None


@dataclass(frozen=True)
class EventDetails:
    """An event with its history; attempts and replays are sorted latest first.

    ``covered_by`` is a newer event about the same record that the last read served, too; the
    changes of the read are stored with that event. None if it is this event. ``circuit`` is the
    open circuit breaker that a pending event waits for, None if there is none.
    """

    event: WebhookEvent
    attempts: Sequence[EventAttempt]
    replays: Sequence[ReplayedEvent]
    changes: Sequence[RecordChange]
    covered_by: WebhookEvent | None
    circuit: CircuitBreaker | None

    @property
    def changed_nothing(self) -> bool:
        """Return whether the event was applied by its own read, and nothing changed."""
        is_read = self.event.state == EventState.APPLIED and bool(self.attempts)
        return is_read and not self.changes and self.covered_by is None


def find_events(
    store: Store, wanted: EventFilter, *, after: int | None = None, before: int | None = None
) -> EventPage:
    """Return a page of the store's events that match; ``before`` 0 is the last page.

    ``after`` and ``before`` are row ids: ``after`` leads to older events, ``before`` to newer ones.
    """
    id_range, is_ascending = full_range(), before is not None
    if before is not None:
        id_range = id_range.beyond(before, is_ascending=True)
    elif after is not None:
        id_range = id_range.beyond(min(after, id_range.high), is_ascending=False)
    found = find_ids(store.id, wanted, id_range, limit=PAGE_SIZE + 1, is_ascending=is_ascending)
    return _page(found, is_ascending=is_ascending, is_first=after is None, is_last=before == 0)


def events_after(
    store: Store, wanted: EventFilter, after: int, limit: int
) -> tuple[Sequence[WebhookEvent], int | None]:
    """Return matching events after the row id ``after``, oldest first, and the next ``after``.

    The next ``after`` is None if there are no more events.
    """
    id_range = full_range().beyond(after, is_ascending=True)
    found = find_ids(store.id, wanted, id_range, limit=limit + 1, is_ascending=True)
    ids = found.ids[:limit]
    last = ids[-1] if len(found.ids) > limit else found.searched_to
    rows = WebhookEvent.select().where(WebhookEvent.id.in_(ids)).order_by(WebhookEvent.id)
    return list(rows), last


def find_event(store: Store, event_id: str) -> WebhookEvent | None:
    """Return the store's event with Ecwid's id, or None."""
    found: WebhookEvent | None = WebhookEvent.get_or_none(
        WebhookEvent.event_id == event_id, WebhookEvent.store_id == store.id
    )
    return found


def event_details(event: WebhookEvent) -> EventDetails:
    """Return the event's attempts, replays and changes, and the reason why it waits."""
    attempts = list(
        EventAttempt.select(EventAttempt, EventBatch)
        .join(EventBatch)
        .where(EventAttempt.event == event)
        .order_by(EventAttempt.batch.desc())
        .limit(ATTEMPTS_SHOWN)
    )
    replays = (
        ReplayedEvent.select(ReplayedEvent, EventReplay)
        .join(EventReplay)
        .where(ReplayedEvent.event == event)
        .order_by(ReplayedEvent.replay.desc())
        .limit(ATTEMPTS_SHOWN)
    )
    return EventDetails(
        event,
        attempts,
        list(replays),
        changes_of(event),
        _covered_by(event, attempts),
        circuit_of(event.store_id),
    )


def circuit_of(store_id: int) -> CircuitBreaker | None:
    """Return the circuit breaker that the store's events wait for now, or None."""
    found: CircuitBreaker | None = CircuitBreaker.get_or_none(
        CircuitBreaker.store == store_id, CircuitBreaker.resume_at > utc_now()
    )
    return found


def _covered_by(event: WebhookEvent, attempts: Sequence[EventAttempt]) -> WebhookEvent | None:
    applied = [attempt for attempt in attempts if attempt.outcome == AttemptOutcome.APPLIED]
    if not applied or event.entity_id is None:
        return None
    found: WebhookEvent | None = (
        WebhookEvent.select(WebhookEvent.id, WebhookEvent.event_id, WebhookEvent.type)
        .join(EventAttempt)
        .where(
            EventAttempt.batch == applied[0].batch_id,
            WebhookEvent.store_id == event.store_id,
            WebhookEvent.entity_id == event.entity_id,
            WebhookEvent.id > event.id,
        )
        .order_by(WebhookEvent.id.desc())
        .first()
    )
    return found


def _page(found: SearchResult, *, is_ascending: bool, is_first: bool, is_last: bool) -> EventPage:
    ids, has_more = found.ids[:PAGE_SIZE], len(found.ids) > PAGE_SIZE
    ids.sort(reverse=True)
    shown = [*ids, found.searched_to] if found.searched_to else ids
    query = WebhookEvent.select(*_LISTED).where(WebhookEvent.id.in_(shown))
    read = list(query.order_by(WebhookEvent.id.desc())) if shown else []
    rows = [row for row in read if row.id in ids]
    searched_back_to = next((r.received_at for r in read if r.id == found.searched_to), None)
    # Keys beyond the page in the direction of the search, and in the opposite direction.
    onward = (ids[0] if is_ascending else ids[-1]) if has_more else found.searched_to
    back = (ids[-1] if is_ascending else ids[0]) if ids else None
    if is_ascending:
        return EventPage(rows, onward, None if is_last else back, searched_back_to)
    return EventPage(rows, None if is_first else back, onward, searched_back_to)
