"""An event that arrives while a drain ends is never left pending without a wake-up."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event

import pytest

from daemon.tasks import drain_events
from portal.jobs import DRAIN_EVENTS
from portal.models import EventState, Lease, WebhookEvent
from portal.rules.sync.resources import EventTopic
from portal.services.event_processing import processor as module
from portal.services.event_processing.pending import PendingEvent, waiting_by_topic
from portal.services.event_processing.processor import drain
from portal.services.runtime import Runtime
from tests.factories import make_event, make_grant, make_store

STORE_ID = 1003
# PostgreSQL flushes each commit to disk, which takes time.
ROUNDS = {"sqlite": 400, "postgresql": 100}
QUEUE = "rq:queue:events"


@pytest.fixture
def store(jobs_runtime: Runtime) -> Runtime:
    """A connected store; its events need no call."""
    make_grant(make_store(id=STORE_ID), jobs_runtime.sealer)
    return jobs_runtime


def accept(runtime: Runtime, event_id: str) -> None:
    """Store an event and wake its drain, like the receiver."""
    make_event(event_id=event_id, store_id=STORE_ID, type="application.installed")
    runtime.wake(DRAIN_EVENTS, STORE_ID)


def pending() -> int:
    count: int = WebhookEvent.select().where(WebhookEvent.state == EventState.PENDING).count()
    return count


def be_a_worker(runtime: Runtime) -> None:
    """Process the queued wake-ups."""
    while runtime.redis.lpop(QUEUE) is not None:
        drain_events(STORE_ID)


def test_events_at_the_end_of_a_drain_are_all_woken(
    store: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, met, has_looked = Random(7), 0, Event()
    rounds = ROUNDS[store.settings.database_url.partition(":")[0]]

    def look(store_id: int) -> dict[EventTopic, list[PendingEvent]]:
        events = waiting_by_topic(store_id)
        has_looked.set()
        return events

    monkeypatch.setattr(module, "waiting_by_topic", look)
    with ThreadPoolExecutor(1) as pool:
        for number in range(rounds):
            accept(store, f"first-{number}")
            store.redis.lpop(QUEUE)
            has_looked.clear()
            running = pool.submit(drain_events, STORE_ID)
            has_looked.wait()
            # From here on the drain only finishes its batch, releases its lease and ends. That
            # takes a fraction of a millisecond, or several, so short waits are the most frequent.
            time.sleep(chance.uniform(0, 0.002) * chance.random() ** 3)
            met += not running.done()
            accept(store, f"second-{number}")
            # A second worker takes the wake-up at once and usually finds the lease taken.
            be_a_worker(store)
            running.result()

            assert pending() == 0 or store.redis.llen(QUEUE) > 0
            be_a_worker(store)
    assert pending() == 0
    assert met > rounds / 10


@pytest.mark.parametrize("moment", ["before the last look", "before the release", "after it"])
def test_event_whose_wake_up_found_the_lease_taken_wakes_the_next_drain(
    store: Runtime, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def with_a_visitor(
        function: Callable[..., object], *, comes_first: bool
    ) -> Callable[..., object]:
        def visited(*args: object) -> object:
            monkeypatch.undo()
            if comes_first:
                visit()
            result = function(*args)
            if not comes_first:
                visit()
            return result

        return visited

    def visit() -> None:
        accept(store, "second")
        be_a_worker(store)

    accept(store, "first")
    store.redis.lpop(QUEUE)
    store.redis.flushall()
    if moment == "before the last look":
        look = with_a_visitor(module.waiting_by_topic, comes_first=True)
        monkeypatch.setattr(module, "waiting_by_topic", look)
    else:
        release = with_a_visitor(Lease.release, comes_first=moment == "before the release")
        monkeypatch.setattr(Lease, "release", release)

    drain(store, STORE_ID)

    be_a_worker(store)
    assert pending() == 0
