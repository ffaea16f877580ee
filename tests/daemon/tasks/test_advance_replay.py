"""The daemon replays events in parts, and replays survive kills and lost wake-ups."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import EventReplay, EventState, Product, ReplayState, WebhookEvent
from portal.sandbox.server import SandboxServer
from portal.services.events import advance_replay
from portal.services.events.advance_replay import wake_running_replays
from portal.services.events.event_filter import EventFilter
from portal.services.events.index_event_terms import index_event_terms
from portal.services.events.list_replays import (
    ReplayProgress,
    progress_of,
)
from portal.services.events.replay_events import (
    replay_event,
    replay_matching,
)
from portal.services.runtime import Runtime
from tests.shop import Shop, mirrored, open_shop, store_of

DEAD = EventFilter(state=EventState.DEAD)


@pytest.fixture
def shop(jobs_runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store with products, each of which has a dead event."""
    shop = open_shop(jobs_runtime, sandbox, products=12)
    for product_id in shop.product_ids():
        shop.event(product_id, state=EventState.DEAD, attempts=8, error="HTTP 500")
    return shop


def work(shop: Shop, queue: str) -> None:
    """Run the waiting jobs of a queue."""
    make_worker(queue, shop.runtime.redis).work(burst=True, logging_level="WARNING")


def test_dead_events_are_applied_part_by_part(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance_replay, "IN_FLIGHT", 4)
    replay = replay_matching(shop.runtime, store_of(shop), DEAD, None)

    rounds = 0
    while EventReplay.get().state == ReplayState.RUNNING:
        work(shop, "maintenance")
        work(shop, "events")
        wake_running_replays(shop.runtime)
        rounds += 1

    assert rounds == 4
    assert progress_of(replay) == ReplayProgress(12, 0, 0, 0, 0)
    assert mirrored(shop.store_id) == shop.versions()
    assert {event.attempts for event in WebhookEvent.select()} == {1}


def test_new_event_waits_for_at_most_one_part(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance_replay, "IN_FLIGHT", 4)
    replay_matching(shop.runtime, store_of(shop), DEAD, None)
    work(shop, "maintenance")

    new = shop.event(shop.product_ids()[0])
    work(shop, "events")

    assert WebhookEvent.get_by_id(new.id).state == EventState.APPLIED
    assert WebhookEvent.select().where(WebhookEvent.state == EventState.DEAD).count() == 8


@pytest.mark.promise(1)
def test_replay_continues_after_redis_lost_everything(shop: Shop) -> None:
    replay = replay_event(shop.runtime, store_of(shop), WebhookEvent.get(), None)
    shop.runtime.redis.flushall()

    for entry in SCHEDULE:
        if entry.task.__name__ in ("wake_waiting_events", "wake_running_replays"):
            entry.task(shop.runtime)
    work(shop, "events")
    work(shop, "maintenance")

    assert EventReplay.get_by_id(replay.id).state == ReplayState.DONE
    assert Product.select().count() == 1


def test_schedule_indexes_events_and_wakes_replays_every_second() -> None:
    paces = {entry.task: entry.every_s for entry in SCHEDULE}

    assert paces[index_event_terms] == paces[wake_running_replays] == 1
