"""Replay events at a person's request: one event, or all that match a filter.

A replay is a row before the daemon is woken (promise 1). A single event is released at once. Events
of a filter are released in parts (see `portal.services.events.advance_replay`), so new events don't
wait behind them. The caller checks the person's permission.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog

from portal.errors import RunRefusedError
from portal.jobs import ADVANCE_REPLAY, DRAIN_EVENTS
from portal.models import (
    AuditLogEntry,
    EventReplay,
    EventState,
    Merchant,
    ReplayState,
    Store,
    WebhookEvent,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.events.advance_replay import (
    REPLAYABLE,
    lock_running,
    release_events,
    restore_events,
)
from portal.services.events.event_filter import EventFilter
from portal.services.events.list_replays import ReplayProgress, progress_of, running_replay
from portal.services.events.search_events import Count, count_matching_events, full_range
from portal.services.runs.requested_runs import check_working
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

COUNT_LIMIT = 10_000


def count_replayable(store: Store, event_filter: EventFilter) -> Count:
    """Return how many events a replay of the filter would release, exact up to `COUNT_LIMIT`."""
    states = tuple(state for state in REPLAYABLE if event_filter.state in ("", state))
    if not states:
        return Count(0, is_exact=True)
    wanted = replace(event_filter, state="", states=states)
    return count_matching_events(store.id, wanted, full_range(), COUNT_LIMIT)


def replay_matching(
    runtime: Runtime, store: Store, event_filter: EventFilter, by: Merchant | None
) -> EventReplay:
    """Replay all events that match now; return the replay.

    Raises RunRefusedError while the store is stopped or another replay of a filter runs, and if
    nothing matches.
    """
    check_working(store)
    count, newest = count_replayable(store, event_filter), full_range().high - 1
    if count == Count(0, is_exact=True):
        raise RunRefusedError(store.id, RunRefusal.NO_MATCHING_EVENT)
    with database.atomic():
        # The update changes nothing, but locks the row against a second request at the same time.
        Store.update(name=Store.name).where(Store.id == store.id).execute()
        if running_replay(store) is not None:
            raise RunRefusedError(store.id, RunRefusal.REPLAY_RUNNING)
        replay = EventReplay.create(
            store=store,
            event_filter=event_filter.as_json(),
            upto_id=newest,
            expected=count.number,
            is_expected_exact=count.is_exact,
            requested_by=by,
        )
        _audit(AuditAction.REPLAY_STARTED, replay)
    runtime.wake(ADVANCE_REPLAY, replay.id)
    log.info("replay.requested", store=store.id, replay=replay.id, events=count.number)
    return replay


def replay_event(
    runtime: Runtime, store: Store, event: WebhookEvent, by: Merchant | None
) -> EventReplay:
    """Replay one event; return the replay.

    Raises RunRefusedError while the store is stopped, and if the event is pending already.
    """
    check_working(store)
    with database.atomic():
        replay = EventReplay.create(
            store=store,
            event_filter=EventFilter(text=event.event_id).as_json(),
            upto_id=event.id,
            cursor_id=event.id,
            expected=1,
            requested_by=by,
        )
        if not release_events(replay, [event.id]):
            raise RunRefusedError(store.id, RunRefusal.ALREADY_PENDING)
        _audit(AuditAction.REPLAY_STARTED, replay)
    runtime.wake(DRAIN_EVENTS, store.id)
    runtime.wake(ADVANCE_REPLAY, replay.id)
    log.info("replay.requested", store=store.id, replay=replay.id, events=1)
    return replay


def replay_failed_events(
    runtime: Runtime, store: Store, event_ids: Sequence[int], by: Merchant | None
) -> int:
    """Replay chosen dead events of the store in one replay; return how many.

    Raises RunRefusedError while the store is stopped. Events that were replayed before are skipped.
    """
    check_working(store)
    with database.atomic():
        replay = EventReplay.create(
            store=store,
            event_filter=EventFilter(state=EventState.DEAD).as_json(),
            upto_id=max(event_ids),
            cursor_id=max(event_ids),
            expected=len(event_ids),
            requested_by=by,
        )
        released = release_events(replay, event_ids)
    runtime.wake(DRAIN_EVENTS, store.id)
    runtime.wake(ADVANCE_REPLAY, replay.id)
    log.info("replay.requested", store=store.id, replay=replay.id, events=released)
    return released


def cancel_replay(store: Store, replay: EventReplay, by: Merchant | None) -> ReplayProgress:
    """Cancel a replay, restore the events that still wait, and return the final progress.

    Raises RunRefusedError if the replay has ended already.
    """
    with database.atomic():
        if not lock_running(replay.id):
            raise RunRefusedError(store.id, RunRefusal.REPLAY_ENDED)
        restore_events(replay.id)
        EventReplay.update(state=ReplayState.CANCELED, canceled_by=by, finished_at=utc_now()).where(
            EventReplay.id == replay.id
        ).execute()
        _audit(AuditAction.REPLAY_CANCELED, replay)
    log.info("replay.canceled", store=store.id, replay=replay.id)
    return progress_of(replay)


def _audit(action: AuditAction, replay: EventReplay) -> None:
    """Record without the filter, which may contain a typed search text."""
    after = {"events": replay.expected}
    AuditLogEntry.record_request(replay.store_id, action, f"replay {replay.id}", after=after)
