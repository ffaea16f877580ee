"""Advance replays in parts, and restore the events of a canceled replay.

At most `IN_FLIGHT` events of a replay wait at the same time. They are due at once, like new events,
so a new event never waits behind more of them. A canceled replay stops at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from peewee import Case, ModelSelect

from portal.jobs import ADVANCE_REPLAY, DRAIN_EVENTS
from portal.models import (
    IS_WORKING,
    EventReplay,
    EventState,
    Lease,
    ReplayedEvent,
    ReplayState,
    Store,
    WebhookEvent,
    database,
    utc_now,
)
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, in_values, insert_rows
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_scans import IdRange
from portal.services.events.search_events import SearchResult, find_ids
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

REPLAYABLE = (EventState.APPLIED, EventState.IGNORED, EventState.DEAD)
# The number of products that one store's quota allows in two seconds.
IN_FLIGHT = 2_000
LEASE_TTL_S = 60.0
LEASE_PREFIX = "replay:"


def advance_replay(runtime: Runtime, replay_id: int) -> None:
    """Record the results of a replay's events and release the next ones; safe to run twice."""
    replay = EventReplay.get_or_none(EventReplay.id == replay_id)
    if replay is None:
        return
    with claimed(f"{LEASE_PREFIX}{replay_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        with database.atomic():
            _record_outcomes(replay_id)
        next_ones = _next(replay)
        with database.atomic():
            released = _release_next(replay, next_ones) if lock_running(replay_id) else 0
    if released:
        runtime.wake(DRAIN_EVENTS, replay.store_id)


def wake_running_replays(runtime: Runtime) -> int:
    """Wake the daemon for unfinished replays; return how many."""
    return runtime.wake_due(running_replays())


def running_replays() -> DueWork:
    """Return the unfinished replays that no worker advances.

    Those of stopped stores come last, because their events wait until the store works.
    """
    running = (
        EventReplay.select(EventReplay.id)
        .join(Store)
        .where(
            EventReplay.state == ReplayState.RUNNING,
            EventReplay.id.not_in(Lease.held_ids(LEASE_PREFIX)),
        )
    )
    urgency = (Case(None, [(IS_WORKING, 0)], 1), EventReplay.id)
    return DueWork(ADVANCE_REPLAY, running, EventReplay.requested_at, urgency)


def lock_running(replay_id: int) -> bool:
    """Lock a replay's row until the commit; return False if the replay has ended."""
    running = EventReplay.select(EventReplay.id).where(
        EventReplay.id == replay_id, EventReplay.state == ReplayState.RUNNING
    )
    return locked(running).first() is not None


def release_events(replay: EventReplay, event_ids: Sequence[int]) -> int:
    """Make the events pending that aren't yet; return how many. Call it in a transaction.

    Their error and processing time stay until the next attempt.
    """
    rows = list(
        WebhookEvent.select(WebhookEvent.id, WebhookEvent.state, WebhookEvent.attempts).where(
            in_values(WebhookEvent.id, event_ids), WebhookEvent.state.in_(REPLAYABLE)
        )
    )
    WebhookEvent.update(
        state=EventState.PENDING, attempts=0, batch_limit=None, due_at=utc_now()
    ).where(in_values(WebhookEvent.id, [row.id for row in rows])).execute()
    before = (
        {
            "replay": replay.id,
            "event": row.id,
            "state_before": row.state,
            "attempts_before": row.attempts,
        }
        for row in rows
    )
    for part in chunked(before, ROWS_PER_STATEMENT):
        insert_rows(ReplayedEvent, part)
    return len(rows)


def restore_events(replay_id: int) -> None:
    """Restore the former state of events that still wait. Call it in a transaction."""
    waiting = list(_waiting(replay_id))
    for former in {(row.state_before, row.attempts_before) for row in waiting}:
        state, attempts = former
        alike = [r.event_id for r in waiting if (r.state_before, r.attempts_before) == former]
        changed = (
            WebhookEvent.update(state=state, attempts=attempts)
            .where(in_values(WebhookEvent.id, alike), WebhookEvent.state == EventState.PENDING)
            .returning(WebhookEvent.id)
        )
        _note(replay_id, [row.id for row in changed.execute()], ReplayedEvent.CANCELED)
    # Events that were applied at the same moment.
    _record_outcomes(replay_id)


def _next(replay: EventReplay) -> SearchResult:
    """Return the events to release next: none while too many wait."""
    free = IN_FLIGHT - _waiting(replay.id).count()
    if free < IN_FLIGHT // 2 or replay.cursor_id >= replay.upto_id:
        return SearchResult([], replay.cursor_id)
    id_range = IdRange(replay.cursor_id, replay.upto_id + 1)
    event_filter = EventFilter.from_json(replay.event_filter)
    found = find_ids(replay.store_id, event_filter, id_range, limit=free, is_ascending=True)
    if len(found.ids) == free:
        return SearchResult(found.ids, found.ids[-1])
    return SearchResult(found.ids, found.searched_to or replay.upto_id)


def _release_next(replay: EventReplay, found: SearchResult) -> int:
    released = release_events(replay, found.ids)
    is_done = found.searched_to == replay.upto_id and not _waiting(replay.id).exists()
    changes: dict[str, object] = {"cursor_id": found.searched_to}
    if is_done:
        changes |= {"state": ReplayState.DONE, "finished_at": utc_now()}
        log.info("replay.done", store=replay.store_id, replay=replay.id)
    EventReplay.update(**changes).where(EventReplay.id == replay.id).execute()
    return released


def _record_outcomes(replay_id: int) -> None:
    """Record the states of the replay's events that no longer wait."""
    waiting = [row.event_id for row in _waiting(replay_id)]
    left = list(
        WebhookEvent.select(WebhookEvent.id, WebhookEvent.state).where(
            in_values(WebhookEvent.id, waiting), WebhookEvent.state != EventState.PENDING
        )
    )
    for state in {event.state for event in left}:
        _note(replay_id, [event.id for event in left if event.state == state], state)


def _note(replay_id: int, event_ids: Sequence[int], outcome: str) -> None:
    ReplayedEvent.update(outcome=outcome).where(
        ReplayedEvent.replay == replay_id, in_values(ReplayedEvent.event, event_ids)
    ).execute()


def _waiting(replay_id: int) -> ModelSelect[ReplayedEvent]:
    return ReplayedEvent.select().where(
        ReplayedEvent.replay == replay_id, ReplayedEvent.outcome.is_null()
    )
