"""Events are replayed at a person's request: one or many, with progress and cancellation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from portal.errors import RunRefusedError
from portal.models import (
    EventReplay,
    EventState,
    Lease,
    Merchant,
    ReplayedEvent,
    ReplayState,
    Store,
    StoreState,
    WebhookEvent,
    utc_now,
)
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.events import advance_replay as advance_replay_module
from portal.services.events import replay_events
from portal.services.events.advance_replay import advance_replay, wake_running_replays
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_event_terms import index_event_terms
from portal.services.events.list_replays import (
    ReplayProgress,
    find_replay,
    list_replays,
    progress_of,
)
from portal.services.events.replay_events import (
    cancel_replay,
    count_replayable,
    replay_event,
    replay_matching,
)
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_event, make_store

DEAD = EventFilter(state=EventState.DEAD)


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit a replay to two waiting events at a time."""
    monkeypatch.setattr(advance_replay_module, "IN_FLIGHT", 2)


def make_dead(count: int = 1, **changes: Any) -> list[WebhookEvent]:
    """Save dead events with an error."""
    first = WebhookEvent.select().count()
    values = {"state": EventState.DEAD, "attempts": 8, "error": "HTTP 500", "batch_limit": 1}
    return [
        make_event(event_id=f"e-{first + number}", **values | changes) for number in range(count)
    ]


def states() -> list[str]:
    """Return the events' states in order of arrival."""
    return [event.state for event in WebhookEvent.select().order_by(WebhookEvent.id)]


def apply_waiting() -> None:
    """Apply all pending events, like a drain."""
    WebhookEvent.update(state=EventState.APPLIED, attempts=1, processed_at=utc_now()).where(
        WebhookEvent.state == EventState.PENDING
    ).execute()


def kept_again(replay: EventReplay) -> EventReplay:
    """Return the replay from the database."""
    return EventReplay.get_by_id(replay.id)


def test_single_event_is_released_at_once_with_no_attempts(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    (event,) = make_dead(due_at=UPDATED_AT)

    replay = replay_event(runtime, store, event, merchant)

    found = WebhookEvent.get()
    assert (found.state, found.attempts, found.batch_limit) == (EventState.PENDING, 0, None)
    assert found.due_at > UPDATED_AT
    assert progress_of(replay) == ReplayProgress(0, 0, 0, 0, waiting=1)
    assert (replay.requested_by, replay.expected) == (merchant, 1)


def test_replay_of_one_event_ends_when_the_event_is_processed(
    runtime: Runtime, store: Store
) -> None:
    replay = replay_event(runtime, store, make_dead()[0], None)
    advance_replay(runtime, replay.id)
    assert kept_again(replay).state == ReplayState.RUNNING

    apply_waiting()
    advance_replay(runtime, replay.id)

    assert kept_again(replay).state == ReplayState.DONE
    assert kept_again(replay).finished_at is not None
    assert progress_of(replay) == ReplayProgress(1, 0, 0, 0, 0)


def test_pending_event_is_not_replayed(runtime: Runtime, store: Store) -> None:
    with pytest.raises(RunRefusedError) as refused:
        replay_event(runtime, store, make_event(), None)

    assert refused.value.reason == RunRefusal.ALREADY_PENDING
    assert EventReplay.select().count() == 0


@pytest.mark.usefixtures("two_at_once")
def test_matching_events_are_released_in_parts(runtime: Runtime, store: Store) -> None:
    make_dead(5)
    make_event(event_id="ignored", state=EventState.IGNORED)
    make_event(event_id="elsewhere", store_id=2002, state=EventState.DEAD)
    replay = replay_matching(runtime, store, DEAD, None)
    assert states().count(EventState.PENDING) == 0

    waiting = []
    for _ in range(3):
        advance_replay(runtime, replay.id)
        advance_replay(runtime, replay.id)
        waiting.append(states().count(EventState.PENDING))
        apply_waiting()
    advance_replay(runtime, replay.id)

    assert waiting == [2, 2, 1]
    assert states() == [*["applied"] * 5, EventState.IGNORED, EventState.DEAD]
    assert kept_again(replay).state == ReplayState.DONE
    assert progress_of(replay) == ReplayProgress(5, 0, 0, 0, 0)


@pytest.mark.usefixtures("two_at_once")
def test_events_after_the_confirmation_are_not_replayed(runtime: Runtime, store: Store) -> None:
    make_dead(1)
    replay = replay_matching(runtime, store, DEAD, None)
    make_dead(1)

    for _ in range(3):
        advance_replay(runtime, replay.id)
        apply_waiting()

    assert states() == [EventState.APPLIED, EventState.DEAD]
    assert kept_again(replay).state == ReplayState.DONE


def test_events_that_fail_again_are_counted_as_dead(runtime: Runtime, store: Store) -> None:
    make_dead(3)
    replay = replay_matching(runtime, store, DEAD, None)
    advance_replay(runtime, replay.id)
    for event, state in zip(WebhookEvent.select(), ("applied", "ignored", "dead"), strict=True):
        WebhookEvent.update(state=state).where(WebhookEvent.id == event.id).execute()

    advance_replay(runtime, replay.id)

    progress = progress_of(replay)
    assert progress == ReplayProgress(1, 1, 1, 0, 0)
    assert (progress.done, progress.taken) == (3, 3)


@pytest.mark.usefixtures("two_at_once")
def test_canceled_replay_restores_unapplied_events(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    make_dead(3)
    make_event(event_id="new")
    before = list(WebhookEvent.select().order_by(WebhookEvent.id).dicts())
    replay = replay_matching(runtime, store, DEAD, merchant)
    advance_replay(runtime, replay.id)
    WebhookEvent.update(state=EventState.APPLIED).where(WebhookEvent.event_id == "e-0").execute()

    progress = cancel_replay(store, replay, merchant)

    assert progress == ReplayProgress(1, 0, 0, canceled=1, waiting=0)
    assert states() == ["applied", "dead", "dead", "pending"]
    assert WebhookEvent.get(WebhookEvent.event_id == "e-1").attempts == 8
    assert WebhookEvent.get(WebhookEvent.event_id == "e-1").error == "HTTP 500"
    assert WebhookEvent.get(WebhookEvent.event_id == "e-2").due_at == before[2]["due_at"]
    assert kept_again(replay).state == ReplayState.CANCELED
    assert kept_again(replay).canceled_by == merchant
    advance_replay(runtime, replay.id)
    assert states() == ["applied", "dead", "dead", "pending"]


def test_event_applied_during_a_cancellation_is_either_applied_or_restored(
    runtime: Runtime, store: Store
) -> None:
    events = make_dead(40)
    replay = replay_matching(runtime, store, DEAD, None)
    advance_replay(runtime, replay.id)
    has_begun = Event()

    def drain() -> None:
        with runtime.database.connection_context():
            for event in events:
                WebhookEvent.update(state=EventState.APPLIED).where(
                    WebhookEvent.id == event.id, WebhookEvent.state == EventState.PENDING
                ).execute()
                has_begun.set()

    with ThreadPoolExecutor(1) as pool:
        drained = pool.submit(drain)
        assert has_begun.wait(10)
        progress = cancel_replay(store, replay, None)
        drained.result()

    assert progress.applied >= 1
    assert progress.applied + progress.canceled == len(events)
    outcomes = {row.event_id: row.outcome for row in ReplayedEvent.select()}
    states_by_outcome = {EventState.APPLIED: EventState.APPLIED, "canceled": EventState.DEAD}
    for event in WebhookEvent.select():
        assert event.state == states_by_outcome[outcomes[event.id]]


def test_finished_replay_cannot_be_canceled(runtime: Runtime, store: Store) -> None:
    make_dead(1)
    replay = replay_matching(runtime, store, DEAD, None)
    cancel_replay(store, replay, None)

    with pytest.raises(RunRefusedError) as refused:
        cancel_replay(store, replay, None)

    assert refused.value.reason == RunRefusal.REPLAY_ENDED


def test_only_one_replay_of_a_filter_runs_at_a_time(runtime: Runtime, store: Store) -> None:
    make_dead(2)
    replay_matching(runtime, store, DEAD, None)

    with pytest.raises(RunRefusedError) as refused:
        replay_matching(runtime, store, DEAD, None)

    assert refused.value.reason == RunRefusal.REPLAY_RUNNING
    replay_event(runtime, store, WebhookEvent.get(), None)


@pytest.mark.parametrize("wanted", [DEAD, EventFilter(state=EventState.PENDING)], ids=repr)
def test_replay_without_events_is_refused(
    runtime: Runtime, store: Store, wanted: EventFilter
) -> None:
    make_event()

    with pytest.raises(RunRefusedError) as refused:
        replay_matching(runtime, store, wanted, None)

    assert refused.value.reason == RunRefusal.NO_MATCHING_EVENT


def test_nothing_is_replayed_while_the_store_is_stopped(runtime: Runtime, store: Store) -> None:
    (event,) = make_dead()
    store.state = StoreState.RECONNECT

    for ask in (
        lambda: replay_event(runtime, store, event, None),
        lambda: replay_matching(runtime, store, DEAD, None),
    ):
        with pytest.raises(RunRefusedError) as refused:
            ask()
        assert refused.value.reason == RunRefusal.STORE_STOPPED


def test_replay_finds_events_by_term_and_id(runtime: Runtime, store: Store) -> None:
    make_dead(1, payload={"data": {"orderId": "EBJFT"}}, received_at=UPDATED_AT)
    make_dead(1)
    index_event_terms(runtime)

    for text in ("ebjft", "e-0"):
        replay = replay_matching(runtime, store, EventFilter(text=text), None)
        advance_replay(runtime, replay.id)
        assert states() == [EventState.PENDING, EventState.DEAD]
        cancel_replay(store, replay, None)


def test_count_is_that_of_replayable_events(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_dead(2)
    make_event(event_id="waits")
    make_event(event_id="applied", state=EventState.APPLIED)

    assert count_replayable(store, EventFilter()) == (3, True)
    assert count_replayable(store, DEAD) == (2, True)
    monkeypatch.setattr(replay_events, "COUNT_LIMIT", 2)
    assert count_replayable(store, EventFilter()) == (2, False)


def test_two_workers_do_not_advance_a_replay_at_once(runtime: Runtime, store: Store) -> None:
    make_dead(1)
    replay = replay_matching(runtime, store, DEAD, None)
    assert Lease.acquire(f"replay:{replay.id}", "another", 60)

    advance_replay(runtime, replay.id)
    advance_replay(runtime, 404)

    assert states() == [EventState.DEAD]


@pytest.mark.promise(1)
def test_replay_with_a_lost_wake_up_is_woken_again(runtime: Runtime, store: Store) -> None:
    make_dead(1)
    replay_matching(runtime, store, DEAD, None)
    runtime.redis.flushall()

    assert wake_running_replays(runtime) == 1
    assert runtime.redis.exists("rq:queue:maintenance")


@pytest.mark.promise(9)
def test_replays_of_another_store_are_not_found(runtime: Runtime, store: Store) -> None:
    make_dead(1)
    replay = replay_matching(runtime, store, DEAD, None)
    other = make_store(id=2002)

    assert find_replay(other, replay.id) is None
    assert list(list_replays(other).rows) == []
    assert find_replay(store, replay.id) == replay
    assert list(list_replays(store).rows) == [replay]


def test_replayed_event_keeps_its_former_state(runtime: Runtime, store: Store) -> None:
    make_dead(1)
    advance_replay(runtime, replay_matching(runtime, store, DEAD, None).id)

    row = ReplayedEvent.get()
    assert (row.state_before, row.attempts_before, row.outcome) == (EventState.DEAD, 8, None)
