"""Sweeps find waiting work in the database and wake it, even if its first wake-up was lost."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from daemon.queue_worker import make_worker
from daemon.schedule import Scheduler
from daemon.schedule_entries import SCHEDULE, SCHEDULES, WAKE_UPS, ScheduleEntry
from portal.jobs import PROBE_STORE, QUEUE_DEPTH
from portal.models import (
    CircuitBreaker,
    EventState,
    Lease,
    Resource,
    RunState,
    Store,
    StoreState,
    SyncRun,
    WebhookEvent,
    utc_now,
)
from portal.process import request_stop
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.services.accounts.one_time_secrets import prune_one_time_secrets
from portal.services.alerts.prune_alerts import prune_alerts
from portal.services.api_keys.expiring_keys import remind_of_expiry
from portal.services.background.rejected_webhook_counter import prune_rejected_webhook_counts
from portal.services.connection.erase_store_data import request_due_erasures
from portal.services.connection.park_grant import prune_parked_grants
from portal.services.connection.probe_store import wake_due_probes
from portal.services.connection.register_webhooks import wake_pending_registrations
from portal.services.event_processing.processor import (
    wake_drains_of_stopped_stores,
    wake_waiting_events,
)
from portal.services.mirror.own_writes import prune_own_writes
from portal.services.notifications.queued_emails import expire_queued_emails
from portal.services.outbound_webhooks.failing_endpoints import (
    expire_deliveries,
    ping_failing_endpoints,
)
from portal.services.privacy.export_data_subject import prune_exports
from portal.services.retention.export_files import prune_export_files
from portal.services.retention.prune_audit_log import prune_audit_log
from portal.services.retention.prune_bulk_actions import prune_bulk_actions
from portal.services.retention.prune_change_feed import prune_change_feed
from portal.services.retention.prune_hourly_counts import prune_hourly_counts
from portal.services.retention.prune_onboardings import prune_onboardings
from portal.services.retention.prune_outbox import prune_outbox
from portal.services.retention.prune_queued_emails import prune_queued_emails
from portal.services.retention.prune_runs import prune_runs
from portal.services.retention.prune_security_events import prune_security_events
from portal.services.retention.prune_tombstones import prune_tombstones
from portal.services.runs.sync_runs import start_run, wake_waiting_runs
from portal.services.runtime import Runtime
from portal.services.sync.engine import lease_name
from portal.services.sync.freshness_history import record_freshness
from tests.factories import make_event, make_store


def queued(runtime: Runtime, queue: str) -> list[tuple[str, tuple[int, ...]]]:
    """Return the waiting jobs of a queue: function and ids."""
    jobs = Queue(queue, connection=runtime.redis, serializer=JSONSerializer).jobs
    return [(job.func_name.rpartition(".")[2], tuple(job.args)) for job in jobs]


@pytest.fixture
def store(runtime: Runtime) -> Store:
    """A connected store where nothing else is due."""
    return make_store(webhook_check_due_at=None, probe_due_at=None)


@pytest.mark.promise(1)
def test_flushed_redis_is_filled_again_from_the_database(runtime: Runtime, store: Store) -> None:
    make_event()
    run = start_run(store.id, Resource.PRODUCTS)
    Store.update(webhook_check_due_at=utc_now()).execute()
    runtime.redis.flushall()

    Scheduler(runtime).tick(0.0)

    assert queued(runtime, "events") == [("drain_events", (1003,))]
    assert ("run_sync", (run.id,)) in queued(runtime, "sync")
    assert queued(runtime, "registrations") == [("register_webhooks", (1003,))]


@pytest.mark.promise(1)
def test_every_sweep_for_waiting_work_runs_at_least_once_a_minute() -> None:
    # These entries monitor or clean up; no work waits for them.
    others = (
        *(
            record_freshness,
            prune_rejected_webhook_counts,
            prune_exports,
            prune_export_files,
            prune_own_writes,
            prune_runs,
        ),
        prune_hourly_counts,
        *(prune_onboardings, prune_one_time_secrets, prune_parked_grants, request_due_erasures),
        *(prune_alerts, prune_audit_log, prune_bulk_actions, prune_change_feed, prune_tombstones),
        *(expire_queued_emails, prune_queued_emails, remind_of_expiry),
        *(ping_failing_endpoints, expire_deliveries, prune_outbox, prune_security_events),
    )
    waiting = [entry for entry in SCHEDULE if entry.task not in others]

    assert max(entry.every_s for entry in waiting) + 30 <= 60


@pytest.mark.parametrize("state", StoreState)
def test_every_store_with_a_valid_token_is_checked_when_due(
    runtime: Runtime, store: Store, state: StoreState
) -> None:
    Store.update(state=state, probe_due_at=utc_now()).execute()
    make_store(id=2002, probe_due_at=utc_now() + timedelta(minutes=1))

    woken = wake_due_probes(runtime)

    assert woken == (0 if state in TOKENLESS_STATES else 1)
    assert queued(runtime, "checks") == [("probe_store", (1003,))] * woken


def test_events_that_are_not_due_or_cannot_be_applied_are_not_woken(
    runtime: Runtime, store: Store
) -> None:
    make_event(event_id="later", due_at=utc_now() + timedelta(hours=1))
    make_event(event_id="done", state=EventState.APPLIED)
    make_store(id=1004, state=StoreState.RECONNECT)
    make_event(event_id="stopped", store_id=1004)
    make_event(event_id="unknown", store_id=1005)

    assert wake_waiting_events(runtime) == 0


def test_many_events_of_a_store_wake_it_once(runtime: Runtime, store: Store) -> None:
    for number in range(5):
        make_event(event_id=str(number))

    assert wake_waiting_events(runtime) == 1
    assert WebhookEvent.select().count() == 5


@pytest.mark.parametrize(("wait_s", "woken"), [(60, 0), (-1, 1)])
def test_events_wait_for_the_next_probe_of_an_open_circuit_breaker(
    runtime: Runtime, store: Store, wait_s: int, woken: int
) -> None:
    make_event()
    CircuitBreaker.create(
        store=store,
        topic="product",
        opened_at=utc_now(),
        resume_at=utc_now() + timedelta(seconds=wait_s),
        error="HTTP 500",
    )

    assert wake_waiting_events(runtime) == woken


def test_paused_run_is_not_woken(runtime: Runtime, store: Store) -> None:
    start_run(store.id, Resource.PRODUCTS)
    SyncRun.update(state=RunState.PAUSED).execute()

    assert wake_waiting_runs(runtime) == 0


def test_running_waiting_and_finished_runs_are_not_woken(runtime: Runtime, store: Store) -> None:
    run = start_run(store.id, Resource.PRODUCTS)
    assert wake_waiting_runs(runtime) == 1
    runtime.redis.flushall()
    Lease.acquire(lease_name(run.id), "a worker", 30)
    assert wake_waiting_runs(runtime) == 0
    Lease.release(lease_name(run.id), "a worker")
    SyncRun.update(due_at=utc_now() + timedelta(minutes=1)).execute()
    assert wake_waiting_runs(runtime) == 0
    SyncRun.update(due_at=utc_now(), finished_at=utc_now()).execute()
    assert wake_waiting_runs(runtime) == 0


def test_store_with_the_oldest_event_is_woken_first(runtime: Runtime, store: Store) -> None:
    for number, minutes in enumerate((1, 3, 2)):
        make_store(id=2000 + number, webhook_check_due_at=None, probe_due_at=None)
        for late in (0, minutes):
            due_at = utc_now() - timedelta(minutes=late)
            make_event(event_id=f"{number}.{late}", store_id=2000 + number, due_at=due_at)

    assert wake_waiting_events(runtime) == 3
    assert [ids for _, ids in queued(runtime, "events")] == [(2001,), (2002,), (2000,)]


def test_drain_in_progress_is_not_woken(runtime: Runtime, store: Store) -> None:
    make_event()
    Lease.acquire(f"drain:{store.id}", "a worker", 30)
    assert wake_waiting_events(runtime) == 0
    Lease.update(expires_at=utc_now() - timedelta(seconds=1)).execute()
    assert wake_waiting_events(runtime) == 1


@pytest.mark.parametrize(
    ("state", "event_type", "woken"),
    [
        (StoreState.RECONNECT, "application.uninstalled", 1),
        (StoreState.RECONNECT, "application.installed", 1),
        (StoreState.RECONNECT, "product.updated", 0),
        (StoreState.SUSPENDED, "customer.personalDataRemovalRequest", 1),
        (StoreState.SUSPENDED, "application.uninstalled", 1),
        # Applied when the store works again, which wakes its drain.
        (StoreState.SUSPENDED, "application.installed", 0),
        (StoreState.CONNECTED, "application.uninstalled", 0),
    ],
)
def test_stopped_store_is_woken_for_events_that_can_be_applied(
    runtime: Runtime, store: Store, state: StoreState, event_type: str, woken: int
) -> None:
    Store.update(state=state).execute()
    make_event(type=event_type)

    assert wake_drains_of_stopped_stores(runtime) == woken


def test_stopped_store_whose_api_fails_is_not_woken(runtime: Runtime, store: Store) -> None:
    Store.update(state=StoreState.SUSPENDED).execute()
    make_event(type="application.uninstalled")
    CircuitBreaker.create(
        store=store, topic="connection", resume_at=utc_now() + timedelta(minutes=1), error="x"
    )

    assert wake_drains_of_stopped_stores(runtime) == 0


def test_backlog_of_two_thousand_stores_is_bounded_and_in_order(runtime: Runtime) -> None:
    now = utc_now()
    rows = [
        {
            "id": number,
            "name": "Clay & Co",
            "probe_due_at": now - timedelta(seconds=number * 7 % 4001),
        }
        for number in range(1, 2001)
    ]
    Store.insert_many(rows).execute()

    woken = [wake_due_probes(runtime) for _ in range(10)]

    overdue = Store.select(Store.id).order_by(Store.probe_due_at).limit(20)
    queue = Queue(PROBE_STORE.queue, connection=runtime.redis, serializer=JSONSerializer)
    assert woken == [QUEUE_DEPTH, *[0] * 9]
    assert queue.count == QUEUE_DEPTH
    assert [tuple(job.args) for job in queue.get_jobs(0, 20)] == list(overdue.tuples())


def test_worker_drains_a_backlog_in_order_of_lateness(
    jobs_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.services.runtime.QUEUE_DEPTH", 8)
    now, ids = utc_now(), [1000 + number * 7 % 30 for number in range(30)]
    for late, store_id in enumerate(ids):
        make_store(id=store_id, probe_due_at=now - timedelta(minutes=late))

    rounds = 0
    while wake_due_probes(jobs_runtime):
        rounds += 1
        make_worker(PROBE_STORE.queue, jobs_runtime.redis).work(burst=True, logging_level="ERROR")

    # Each check has set its next due time when it started.
    started = Store.select(Store.id).order_by(Store.probe_due_at)
    assert [store.id for store in started] == ids[::-1]
    assert rounds == 4


def test_registrations_are_woken_when_due(runtime: Runtime, store: Store) -> None:
    assert wake_pending_registrations(runtime) == 0
    Store.update(webhook_check_due_at=utc_now()).execute()
    assert wake_pending_registrations(runtime) == 1


def test_only_one_schedule_leads_at_a_time(runtime: Runtime) -> None:
    rounds: list[str] = []

    def entry(name: str) -> ScheduleEntry:
        return ScheduleEntry(lambda _: rounds.append(name) or 0, every_s=0)

    first, second = Scheduler(runtime, [entry("first")]), Scheduler(runtime, [entry("second")])
    first.tick(0)
    second.tick(0)
    first.step_down()
    second.tick(1)

    assert rounds == ["first", "second"]


def test_tables_of_the_schedule_are_led_independently(runtime: Runtime) -> None:
    rounds: list[str] = []
    for name in SCHEDULES:
        entry = ScheduleEntry(lambda _, name=name: rounds.append(name) or 0, every_s=0)
        Scheduler(runtime, [entry], name).tick(0)

    assert rounds == list(SCHEDULES)


def test_scheduler_releases_its_lease_at_a_stop(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.process._stop", Event())
    held: list[bool] = []

    def stop(_: Runtime) -> int:
        held.append(Lease.is_held("schedule:upkeep"))
        request_stop()
        return 0

    Scheduler(runtime, [ScheduleEntry(stop, every_s=0)], "schedule:upkeep").run()

    assert held == [True]
    runtime.database.connect(reuse_if_open=True)
    assert not Lease.is_held("schedule:upkeep")


def test_wake_ups_wait_for_no_upkeep() -> None:
    wakes = {entry.task for entry in WAKE_UPS}

    assert wakes >= {e.task for e in SCHEDULE if e.task.__name__.startswith(("wake_", "start_"))}
    assert not {e.task.__name__ for e in WAKE_UPS if e.task.__name__.startswith(("prune", "rec"))}
    assert len(SCHEDULE) == len({entry.task for entry in SCHEDULE})


def test_slow_entry_is_logged(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = ScheduleEntry(wake_due_probes, every_s=1)
    Scheduler(runtime, [entry]).tick(0)
    assert "schedule.slow" not in capsys.readouterr().out
    monkeypatch.setattr("daemon.schedule.SLOW_ENTRY_S", -1.0)

    Scheduler(runtime, [entry], "schedule:other").tick(0)

    assert "entry=wake_due_probes" in capsys.readouterr().out


def test_entries_run_at_their_interval(runtime: Runtime) -> None:
    rounds: list[int] = []
    ticker = Scheduler(runtime, [ScheduleEntry(lambda _: rounds.append(1) or 1, every_s=5)])

    for now in (0, 1, 4.9, 5, 6, 10):
        ticker.tick(now)

    assert len(rounds) == 3


def test_failing_entry_does_not_stop_the_others(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds: list[int] = []

    def broken(_: Runtime) -> int:
        raise ZeroDivisionError

    Scheduler(
        runtime, [ScheduleEntry(broken, 1), ScheduleEntry(lambda _: rounds.append(1) or 0, 1)]
    ).tick(0)

    assert rounds == [1]
    assert "schedule.entry_failed" in capsys.readouterr().out


def test_database_failure_is_logged_and_retried(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    ticker = Scheduler(runtime, [])
    ticker.tick(0)
    runtime.database.execute_sql("DROP TABLE lease")

    ticker.tick(1)
    ticker.step_down()

    assert capsys.readouterr().out.count("schedule.database_unavailable") == 2
