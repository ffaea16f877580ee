"""A worker killed within a batch neither loses an event nor applies one twice."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
import structlog

from daemon.schedule_entries import SCHEDULE
from portal.config import Settings
from portal.models import EventAttempt, EventState, Lease, Product, WebhookEvent, utc_now
from portal.services.event_processing import batch, processor
from portal.services.event_processing.processor import wake_waiting_events
from portal.services.runtime import open_runtime
from tests.shop import Shop, mirrored

pytestmark = pytest.mark.promise(1)


def die_when_calling(name: str, settings: Settings, store_id: int) -> None:
    """Drain the store, but kill this process when a batch calls the function with this name."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    runtime = open_runtime(settings)

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(batch, name, die)
    with runtime.database.connection_context():
        processor.drain(runtime, store_id)


@pytest.mark.parametrize("moment", ["write_records", "record_batch", "mark_applied"])
def test_kill_between_read_and_commit_loses_and_duplicates_nothing(shop: Shop, moment: str) -> None:
    for product_id in shop.product_ids():
        shop.event(product_id)
        shop.event(product_id)
    arguments = (moment, shop.runtime.settings, shop.store_id)
    process = multiprocessing.get_context("spawn").Process(target=die_when_calling, args=arguments)
    process.start()
    process.join(60)

    assert process.exitcode == -signal.SIGKILL
    assert shop.calls("/products") > 0
    assert Product.select().count() == EventAttempt.select().count() == 0
    assert Lease.is_held(f"drain:{shop.store_id}")
    # Time passes: the killed worker's lease expires.
    Lease.update(expires_at=utc_now() - timedelta(seconds=1)).execute()
    processor.drain(shop.runtime, shop.store_id)
    assert mirrored(shop.store_id) == shop.versions()
    assert set(WebhookEvent.select(WebhookEvent.state, WebhookEvent.attempts).tuples()) == {
        (EventState.APPLIED, 1)
    }
    assert EventAttempt.select().count() == WebhookEvent.select().count() == 500


def test_events_of_a_killed_worker_are_drained_within_a_minute() -> None:
    sweep_s = next(entry.every_s for entry in SCHEDULE if entry.task is wake_waiting_events)

    assert processor.LEASE_TTL_S + sweep_s < 60
