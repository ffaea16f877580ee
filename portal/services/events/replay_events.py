"""Have events applied again as a person wishes: one, or all that match a filter.

A replay is a row before the daemon is woken (promise 1). One event waits at once; those of a
filter are let go a part at a time (see `replay_steps`), so that new events needn't wait for them.
The caller has checked that the person may do this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog
from peewee import fn

from portal.errors import RunRefusedError
from portal.jobs import ADVANCE_REPLAY, DRAIN_EVENTS
from portal.models import (
    EventReplay,
    EventState,
    Merchant,
    ReplayedEvent,
    ReplayState,
    Store,
    WebhookEvent,
    database,
    utc_now,
)
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.events.advance_replay import (
    REPLAYABLE,
    lock_running,
    release_events,
    restore_events,
)
from portal.services.events.event_filter import EventFilter
from portal.services.events.search_events import Count, count_matching_events, full_range
from portal.services.pagination import KeyPage, page_by_key
from portal.services.runs.run_control import check_working
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class ReplayProgress:
    """Hold how many events of a replay are in which state now; counted, not remembered."""

    applied: int
    ignored: int
    dead: int
    canceled: int
    waiting: int

    @property
    def done(self) -> int:
        """Return how many have been dealt with again."""
        return self.applied + self.ignored + self.dead

    @property
    def taken(self) -> int:
        """Return how many events the replay has come to so far."""
        return self.done + self.canceled + self.waiting


def count_replayable(store: Store, event_filter: EventFilter) -> Count:
    """Return how many events a replay of the filter would be of, up to 10,000 exactly."""
    states = [state for state in REPLAYABLE if event_filter.state in ("", state)]
    id_range = full_range()
    counts = [
        count_matching_events(store.id, replace(event_filter, state=state), id_range, COUNT_LIMIT)
        for state in states
    ]
    number = sum(count.number for count in counts)
    is_exact = number <= COUNT_LIMIT and all(count.is_exact for count in counts)
    return Count(min(number, COUNT_LIMIT), is_exact)


def replay_matching(
    runtime: Runtime, store: Store, event_filter: EventFilter, by: Merchant | None
) -> EventReplay:
    """Have all events applied again that match now; return the replay.

    Raises RunRefusedError while the store is stopped or another such replay of it runs, and if
    nothing matches.
    """
    check_working(store)
    count, newest = count_replayable(store, event_filter), full_range().high - 1
    if count == Count(0, is_exact=True):
        raise RunRefusedError(store.id, RunRefusal.NO_MATCHING_EVENT)
    with database.atomic():
        # Changing nothing of the store's row keeps others from asking at the same moment.
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
    runtime.wake(ADVANCE_REPLAY, replay.id)
    log.info("replay.requested", store=store.id, replay=replay.id, events=count.number)
    return replay


def replay_event(
    runtime: Runtime, store: Store, event: WebhookEvent, by: Merchant | None
) -> EventReplay:
    """Have one event applied again; return the replay.

    Raises RunRefusedError while the store is stopped, and if the event waits already.
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
    runtime.wake(DRAIN_EVENTS, store.id)
    runtime.wake(ADVANCE_REPLAY, replay.id)
    log.info("replay.requested", store=store.id, replay=replay.id, events=1)
    return replay


def cancel_replay(store: Store, replay: EventReplay, by: Merchant | None) -> ReplayProgress:
    """End a replay; events that still wait are again as they were before it. Return how it ended.

    Raises RunRefusedError if it has ended already.
    """
    with database.atomic():
        if not lock_running(replay.id):
            raise RunRefusedError(store.id, RunRefusal.REPLAY_ENDED)
        restore_events(replay.id)
        EventReplay.update(state=ReplayState.CANCELED, canceled_by=by, finished_at=utc_now()).where(
            EventReplay.id == replay.id
        ).execute()
    log.info("replay.canceled", store=store.id, replay=replay.id)
    return progress_of(replay)


def find_replay(store: Store, replay_id: int) -> EventReplay | None:
    """Return the replay if it is the store's, else None."""
    found: EventReplay | None = EventReplay.get_or_none(
        EventReplay.id == replay_id, EventReplay.store == store
    )
    return found


def running_replay(store: Store) -> EventReplay | None:
    """Return the replay of a filter that still lets events go; single events are none."""
    found: EventReplay | None = EventReplay.get_or_none(
        EventReplay.store == store,
        EventReplay.state == ReplayState.RUNNING,
        EventReplay.cursor_id < EventReplay.upto_id,
    )
    return found


def list_replays(
    store: Store, *, after: int | None = None, before: int | None = None
) -> KeyPage[EventReplay]:
    """Return a page of the store's replays, the newest first."""
    replays = EventReplay.select().where(EventReplay.store == store)
    return page_by_key(replays, EventReplay.id, after=after, before=before)


def progress_of(replay: EventReplay) -> ReplayProgress:
    """Return how many events of the replay stand how now."""
    query = (
        ReplayedEvent.select(ReplayedEvent.outcome, fn.COUNT(ReplayedEvent.event))
        .where(ReplayedEvent.replay == replay)
        .group_by(ReplayedEvent.outcome)
    )
    counts: dict[str | None, int] = dict(database.execute(query).fetchall())
    return ReplayProgress(
        applied=counts.get(EventState.APPLIED, 0),
        ignored=counts.get(EventState.IGNORED, 0),
        dead=counts.get(EventState.DEAD, 0),
        canceled=counts.get(ReplayedEvent.CANCELED, 0),
        waiting=counts.get(None, 0),
    )
