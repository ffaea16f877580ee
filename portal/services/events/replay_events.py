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
from portal.jobs import DRAIN_EVENTS, REPLAY_EVENTS
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
from portal.rules.sync.run_refusals import Refusal
from portal.services.events.advance_replay import REPLAYABLE, let_go, lock_running, put_back
from portal.services.events.event_filter import EventFilter
from portal.services.events.search_events import Count, count_matches, whole_span
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
    cancelled: int
    waiting: int

    @property
    def done(self) -> int:
        """Return how many have been dealt with again."""
        return self.applied + self.ignored + self.dead

    @property
    def taken(self) -> int:
        """Return how many events the replay has come to so far."""
        return self.done + self.cancelled + self.waiting


def count_replayable(store: Store, wanted: EventFilter) -> Count:
    """Return how many events a replay of the filter would be of, up to 10,000 exactly."""
    states = [state for state in REPLAYABLE if wanted.state in ("", state)]
    span = whole_span()
    counts = [
        count_matches(store.id, replace(wanted, state=state), span, COUNT_LIMIT) for state in states
    ]
    number = sum(count.number for count in counts)
    is_exact = number <= COUNT_LIMIT and all(count.is_exact for count in counts)
    return Count(min(number, COUNT_LIMIT), is_exact)


def replay_matching(
    runtime: Runtime, store: Store, wanted: EventFilter, by: Merchant | None
) -> EventReplay:
    """Have all events applied again that match now; return the replay.

    Raises RunRefusedError while the store is stopped or another such replay of it runs, and if
    nothing matches.
    """
    check_working(store)
    count, newest = count_replayable(store, wanted), whole_span().high - 1
    if count == Count(0, is_exact=True):
        raise RunRefusedError(store.id, Refusal.NOTHING_MATCHES)
    with database.atomic():
        # Changing nothing of the store's row keeps others from asking at the same moment.
        Store.update(name=Store.name).where(Store.id == store.id).execute()
        if running_replay(store) is not None:
            raise RunRefusedError(store.id, Refusal.REPLAY_RUNS)
        kept = EventReplay.create(
            store=store,
            wanted=wanted.as_json(),
            upto_id=newest,
            expected=count.number,
            is_expected_exact=count.is_exact,
            requested_by=by,
        )
    runtime.wake(REPLAY_EVENTS, kept.id)
    log.info("replay.asked_for", store=store.id, replay=kept.id, events=count.number)
    return kept


def replay_one(
    runtime: Runtime, store: Store, event: WebhookEvent, by: Merchant | None
) -> EventReplay:
    """Have one event applied again; return the replay.

    Raises RunRefusedError while the store is stopped, and if the event waits already.
    """
    check_working(store)
    with database.atomic():
        kept = EventReplay.create(
            store=store,
            wanted=EventFilter(text=event.event_id).as_json(),
            upto_id=event.id,
            at_id=event.id,
            expected=1,
            requested_by=by,
        )
        if not let_go(kept, [event.id]):
            raise RunRefusedError(store.id, Refusal.WAITS_ALREADY)
    runtime.wake(DRAIN_EVENTS, store.id)
    runtime.wake(REPLAY_EVENTS, kept.id)
    log.info("replay.asked_for", store=store.id, replay=kept.id, events=1)
    return kept


def cancel_replay(store: Store, kept: EventReplay, by: Merchant | None) -> ReplayProgress:
    """End a replay; events that still wait are again as they were before it. Return how it ended.

    Raises RunRefusedError if it has ended already.
    """
    with database.atomic():
        if not lock_running(kept.id):
            raise RunRefusedError(store.id, Refusal.REPLAY_ENDED)
        put_back(kept.id)
        EventReplay.update(
            state=ReplayState.CANCELLED, cancelled_by=by, finished_at=utc_now()
        ).where(EventReplay.id == kept.id).execute()
    log.info("replay.cancelled", store=store.id, replay=kept.id)
    return progress_of(kept)


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
        EventReplay.at_id < EventReplay.upto_id,
    )
    return found


def browse_replays(
    store: Store, *, after: int | None = None, before: int | None = None
) -> KeyPage[EventReplay]:
    """Return a page of the store's replays, the newest first."""
    replays = EventReplay.select().where(EventReplay.store == store)
    return page_by_key(replays, EventReplay.id, after=after, before=before)


def progress_of(kept: EventReplay) -> ReplayProgress:
    """Return how many events of the replay stand how now."""
    query = (
        ReplayedEvent.select(ReplayedEvent.outcome, fn.COUNT(ReplayedEvent.event))
        .where(ReplayedEvent.replay == kept)
        .group_by(ReplayedEvent.outcome)
    )
    counts: dict[str | None, int] = dict(database.execute(query).fetchall())
    return ReplayProgress(
        applied=counts.get(EventState.APPLIED, 0),
        ignored=counts.get(EventState.IGNORED, 0),
        dead=counts.get(EventState.DEAD, 0),
        cancelled=counts.get(ReplayedEvent.CANCELLED, 0),
        waiting=counts.get(None, 0),
    )
