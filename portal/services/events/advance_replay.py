"""Bring replays forward a part at a time, and take back what still waits.

At most so many events of a replay wait at once. They are due now, as new events are, so those
are never behind more than that many; and a replay that is cancelled stops at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from peewee import ModelSelect, chunked

from portal.jobs import DRAIN_EVENTS, REPLAY_EVENTS
from portal.models import (
    EventReplay,
    EventState,
    ReplayedEvent,
    ReplayState,
    WebhookEvent,
    database,
    utc_now,
)
from portal.models.bulk import ROWS_PER_STATEMENT, among, insert_rows
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_scans import Span
from portal.services.events.search_events import Found, find_ids
from portal.services.runtime import Runtime
from portal.services.work.leases import claimed
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

REPLAYABLE = (EventState.APPLIED, EventState.IGNORED, EventState.DEAD)
# As many products as the quota of one store lets us read in two seconds.
IN_FLIGHT = 2_000
LEASE_TTL_S = 60.0


def bring_forward(runtime: Runtime, replay_id: int) -> None:
    """Record the results of a replay's events and release the next ones; safe to run twice."""
    kept = EventReplay.get_or_none(EventReplay.id == replay_id)
    if kept is None:
        return
    with claimed(f"replay:{replay_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        with database.atomic():
            _settle(replay_id)
        next_ones = _next(kept)
        with database.atomic():
            released = _step(kept, next_ones) if lock_running(replay_id) else 0
    if released:
        runtime.wake(DRAIN_EVENTS, kept.store_id)


def wake_running_replays(runtime: Runtime) -> int:
    """Wake the daemon for every unfinished replay; return how many."""
    running = EventReplay.select(EventReplay.id).where(EventReplay.state == ReplayState.RUNNING)
    return runtime.wake_each(REPLAY_EVENTS, (kept.id for kept in running))


def lock_running(replay_id: int) -> bool:
    """Lock a replay's row until the commit; return False if the replay has ended."""
    running = EventReplay.select(EventReplay.id).where(
        EventReplay.id == replay_id, EventReplay.state == ReplayState.RUNNING
    )
    return locked(running).first() is not None


def let_go(kept: EventReplay, event_ids: Sequence[int]) -> int:
    """Make those of the events wait that don't yet; return how many. In a transaction.

    Their error and the time when they were dealt with stay until they are again.
    """
    rows = list(
        WebhookEvent.select(WebhookEvent.id, WebhookEvent.state, WebhookEvent.attempts).where(
            among(WebhookEvent.id, event_ids), WebhookEvent.state.in_(REPLAYABLE)
        )
    )
    WebhookEvent.update(state=EventState.PENDING, attempts=0, at_once=None, due_at=utc_now()).where(
        among(WebhookEvent.id, [row.id for row in rows])
    ).execute()
    before = (
        {
            "replay": kept.id,
            "event": row.id,
            "state_before": row.state,
            "attempts_before": row.attempts,
        }
        for row in rows
    )
    for part in chunked(before, ROWS_PER_STATEMENT):
        insert_rows(ReplayedEvent, part)
    return len(rows)


def put_back(replay_id: int) -> None:
    """Make the events that still wait what they were before the replay. In a transaction."""
    waiting = list(_waiting(replay_id))
    for former in {(row.state_before, row.attempts_before) for row in waiting}:
        state, attempts = former
        alike = [r.event_id for r in waiting if (r.state_before, r.attempts_before) == former]
        changed = (
            WebhookEvent.update(state=state, attempts=attempts)
            .where(among(WebhookEvent.id, alike), WebhookEvent.state == EventState.PENDING)
            .returning(WebhookEvent.id)
        )
        _note(replay_id, [row.id for row in changed.execute()], ReplayedEvent.CANCELLED)
    # One that was applied at the same moment.
    _settle(replay_id)


def _next(kept: EventReplay) -> Found:
    """Return the events to let go next: none while too many wait."""
    free = IN_FLIGHT - _waiting(kept.id).count()
    if free < IN_FLIGHT // 2 or kept.at_id >= kept.upto_id:
        return Found([], kept.at_id)
    span = Span(kept.at_id, kept.upto_id + 1)
    wanted = EventFilter.from_json(kept.wanted)
    found = find_ids(kept.store_id, wanted, span, limit=free, is_rising=True)
    if len(found.ids) == free:
        return Found(found.ids, found.ids[-1])
    return Found(found.ids, found.looked_to or kept.upto_id)


def _step(kept: EventReplay, found: Found) -> int:
    released = let_go(kept, found.ids)
    is_done = found.looked_to == kept.upto_id and not _waiting(kept.id).exists()
    changes: dict[str, object] = {"at_id": found.looked_to}
    if is_done:
        changes |= {"state": ReplayState.DONE, "finished_at": utc_now()}
        log.info("replay.done", store=kept.store_id, replay=kept.id)
    EventReplay.update(**changes).where(EventReplay.id == kept.id).execute()
    return released


def _settle(replay_id: int) -> None:
    """Note the states of those events that wait no longer."""
    waiting = [row.event_id for row in _waiting(replay_id)]
    left = list(
        WebhookEvent.select(WebhookEvent.id, WebhookEvent.state).where(
            among(WebhookEvent.id, waiting), WebhookEvent.state != EventState.PENDING
        )
    )
    for state in {event.state for event in left}:
        _note(replay_id, [event.id for event in left if event.state == state], state)


def _note(replay_id: int, event_ids: Sequence[int], outcome: str) -> None:
    ReplayedEvent.update(outcome=outcome).where(
        ReplayedEvent.replay == replay_id, among(ReplayedEvent.event, event_ids)
    ).execute()


def _waiting(replay_id: int) -> ModelSelect[ReplayedEvent]:
    return ReplayedEvent.select().where(
        ReplayedEvent.replay == replay_id, ReplayedEvent.outcome.is_null()
    )
