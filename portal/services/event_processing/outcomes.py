"""Write the outcome of each event and its attempt, in bulk, because events arrive in bulk.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.ecwid.call_log import LoggedCall
from portal.models import (
    EVENT_CALLS,
    IS_PENDING,
    AttemptOutcome,
    CountKind,
    EventAttempt,
    EventBatch,
    EventState,
    HourlyCount,
    WebhookEvent,
    utc_now,
)
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, in_values, insert_rows
from portal.process import worker_name
from portal.rules.webhooks.event_retry import EVENT_BACKOFF
from portal.services.event_processing.pending import Batch, PendingEvent

# SQLite takes at most 32,766 variables in one statement.
IDS_PER_STATEMENT = 5_000


@dataclass(frozen=True)
class RecordedBatch:
    """Row that the attempts of a batch share, the store of its events, and what isn't counted yet.

    Call ``count`` at the end of each transaction that marks events.
    """

    id: int
    store_id: int
    counts: Counter[tuple[CountKind, str]] = field(default_factory=Counter)

    def count(self) -> None:
        """Add the calls and the finished events to the counts of this hour; one statement."""
        HourlyCount.add_all(self.store_id, self.counts)
        self.counts.clear()


def record_batch(
    store_id: int, batch: Batch, started_at: datetime, calls: Sequence[LoggedCall] = ()
) -> RecordedBatch:
    """Write the row that the attempts of a batch share."""
    row = EventBatch.create(
        store_id=store_id,
        topic=batch.topic,
        worker=worker_name(),
        started_at=started_at,
        ended_at=utc_now(),
        entities=len(batch.entities),
        events=len(batch.events),
        calls=list(calls),
    )
    return RecordedBatch(row.id, store_id, Counter({(CountKind.CALLS, EVENT_CALLS): len(calls)}))


def mark_applied(recorded: RecordedBatch, events: Sequence[PendingEvent]) -> None:
    """Mark the events as applied: the mirror has the current state of their entities."""
    _finish(recorded, events, EventState.APPLIED, None)


def mark_own_write(recorded: RecordedBatch, events: Sequence[PendingEvent]) -> None:
    """Mark the events as applied: our own writes caused them, and the mirror has those already."""
    _finish(recorded, events, EventState.APPLIED, None, AttemptOutcome.OWN_WRITE)


def mark_ignored(recorded: RecordedBatch, events: Sequence[PendingEvent], reason: str) -> None:
    """Mark the events as ignored: they concern nothing that is mirrored."""
    _finish(recorded, events, EventState.IGNORED, reason)


def mark_failed(recorded: RecordedBatch, events: Sequence[PendingEvent], problem: str) -> None:
    """Count a failed attempt; after the last one the event is dead until a person replays it."""
    for attempts in {event.attempts for event in events}:
        alike = [event for event in events if event.attempts == attempts]
        due_at = EVENT_BACKOFF.next_at(attempts + 1, utc_now())
        if due_at is None:
            _finish(recorded, alike, EventState.DEAD, problem)
            continue
        _update(alike, attempts=attempts + 1, error=problem, due_at=due_at)
        _record_attempts(recorded, alike, AttemptOutcome.FAILED, problem)


def mark_postponed(recorded: RecordedBatch, events: Sequence[PendingEvent], problem: str) -> None:
    """Record an attempt that isn't counted as a failure; the events stay due."""
    _record_attempts(recorded, events, AttemptOutcome.POSTPONED, problem)


def mark_deferred(
    recorded: RecordedBatch,
    events: Sequence[PendingEvent],
    reason: str = "the store's search doesn't know the change yet",
    *,
    wait_s: float,
) -> None:
    """Postpone events by ``wait_s`` seconds because something isn't known yet."""
    if not events:
        return
    _update(events, due_at=utc_now() + timedelta(seconds=wait_s))
    mark_postponed(recorded, events, reason)


def mark_split(recorded: RecordedBatch, batch: Batch, problem: str, *, wait_s: float) -> None:
    """Postpone the events of a batch that can't be read together, and halve their batch limit."""
    _update(
        batch.due,
        batch_limit=(len(batch.entities) + 1) // 2,
        error=problem,
        due_at=utc_now() + timedelta(seconds=wait_s),
    )
    mark_postponed(recorded, batch.due, problem)


_OUTCOMES = {
    EventState.APPLIED: AttemptOutcome.APPLIED,
    EventState.IGNORED: AttemptOutcome.IGNORED,
    EventState.DEAD: AttemptOutcome.FAILED,
}


def _finish(
    recorded: RecordedBatch,
    events: Sequence[PendingEvent],
    state: EventState,
    reason: str | None,
    outcome: AttemptOutcome | None = None,
) -> None:
    if not events:
        return
    finished = _update(
        events,
        state=state,
        error=reason,
        attempts=WebhookEvent.attempts + 1,
        processed_at=utc_now(),
    )
    _record_attempts(recorded, events, outcome or _OUTCOMES[state], reason)
    recorded.counts[CountKind.EVENTS, state] += finished


def _update(events: Iterable[PendingEvent], **changes: object) -> int:
    """Change those of the events that are still pending; return how many."""
    updated = 0
    for ids in chunked((event.id for event in events), IDS_PER_STATEMENT):
        change = WebhookEvent.update(**changes).where(in_values(WebhookEvent.id, ids), IS_PENDING)
        updated += change.execute()
    return updated


def _record_attempts(
    recorded: RecordedBatch,
    events: Iterable[PendingEvent],
    outcome: AttemptOutcome,
    problem: str | None,
) -> None:
    rows = (
        {
            "event": event.id,
            "batch": recorded.id,
            "number": event.attempts + 1,
            "outcome": outcome,
            "error": problem,
        }
        for event in events
    )
    for part in chunked(rows, ROWS_PER_STATEMENT):
        insert_rows(EventAttempt, part)
