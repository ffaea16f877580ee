"""Replays of a store, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peewee import JOIN, fn

from portal.models import (
    EventReplay,
    EventState,
    Merchant,
    ReplayedEvent,
    ReplayState,
    Store,
    database,
)
from portal.services.pagination import KeyPage, page_by_key


@dataclass(frozen=True)
class ReplayProgress:
    """Number of a replay's events by current state, counted from the rows."""

    applied: int
    ignored: int
    dead: int
    canceled: int
    waiting: int

    @property
    def done(self) -> int:
        """Return the number of events that were processed again."""
        return self.applied + self.ignored + self.dead

    @property
    def taken(self) -> int:
        """Return the number of events released so far."""
        return self.done + self.canceled + self.waiting


def find_replay(store: Store, replay_id: int) -> EventReplay | None:
    """Return the replay if it is the store's, else None."""
    found: EventReplay | None = EventReplay.get_or_none(
        EventReplay.id == replay_id, EventReplay.store == store
    )
    return found


def running_replay(store: Store) -> EventReplay | None:
    """Return the store's running replay of a filter, or None; single events don't count."""
    found: EventReplay | None = EventReplay.get_or_none(
        EventReplay.store == store,
        EventReplay.state == ReplayState.RUNNING,
        EventReplay.cursor_id < EventReplay.upto_id,
    )
    return found


def list_replays(
    store: Store, *, after: int | None = None, before: int | None = None
) -> KeyPage[EventReplay]:
    """Return a page of the store's replays with their merchants, newest first."""
    requested_by, canceled_by = Merchant.alias(), Merchant.alias()
    replays = (
        EventReplay.select(EventReplay, requested_by, canceled_by)
        .join(
            requested_by,
            JOIN.LEFT_OUTER,
            on=(EventReplay.requested_by == requested_by.id),
            attr="requested_by",
        )
        .switch(EventReplay)
        .join(
            canceled_by,
            JOIN.LEFT_OUTER,
            on=(EventReplay.canceled_by == canceled_by.id),
            attr="canceled_by",
        )
        .where(EventReplay.store == store)
    )
    return page_by_key(replays, EventReplay.id, after=after, before=before)


def progress_of(replay: EventReplay) -> ReplayProgress:
    """Return the number of the replay's events by current state."""
    return progress_by_id([replay.id])[replay.id]


def progress_by_id(replay_ids: Sequence[int]) -> Mapping[int, ReplayProgress]:
    """Return the same for several replays, by id."""
    query = (
        ReplayedEvent.select(
            ReplayedEvent.replay, ReplayedEvent.outcome, fn.COUNT(ReplayedEvent.event)
        )
        .where(ReplayedEvent.replay.in_(replay_ids))
        .group_by(ReplayedEvent.replay, ReplayedEvent.outcome)
    )
    counts: dict[int, dict[str | None, int]] = {replay_id: {} for replay_id in replay_ids}
    for replay_id, outcome, count in database.execute(query).fetchall():
        counts[replay_id][outcome] = count
    return {replay_id: _progress(found) for replay_id, found in counts.items()}


def _progress(counts: Mapping[str | None, int]) -> ReplayProgress:
    return ReplayProgress(
        applied=counts.get(EventState.APPLIED, 0),
        ignored=counts.get(EventState.IGNORED, 0),
        dead=counts.get(EventState.DEAD, 0),
        canceled=counts.get(ReplayedEvent.CANCELED, 0),
        waiting=counts.get(None, 0),
    )
