"""Due work of each kind is counted by the query that wakes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal import jobs
from portal.models import (
    AlertChannel,
    AlertDelivery,
    AlertMedium,
    AlertMessage,
    AlertPurpose,
    BulkAction,
    BulkActionEmail,
    ChannelAlertEmail,
    ConnectLinkEmail,
    EndpointAlert,
    EventReplay,
    Lease,
    Merchant,
    Onboarding,
    OrderSubmission,
    OrderUpdate,
    PrivacyRequest,
    QueuedEmail,
    RecordExport,
    RecordResync,
    Store,
    StoreDataErasure,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.rules.connection.reminder_times import ConnectLinkEmailKind
from portal.rules.webhooks.event_types import PRIVACY_REQUEST_TYPES
from portal.services.operator.waiting_work import WORK_KINDS, WaitingWork, waiting_work
from portal.services.runtime import Runtime
from tests.factories import (
    make_channel,
    make_delivery,
    make_endpoint,
    make_event,
    make_issue,
    make_notification,
    make_selection,
)

AGE = timedelta(minutes=7)


@pytest.fixture
def store(store: Store) -> Store:
    """A store with nothing due."""
    Store.update(probe_due_at=None, webhook_check_due_at=None).execute()
    return store


def stop(store: Store) -> None:
    Store.update(state=StoreState.DISCONNECTED).where(Store.id == store.id).execute()


def make_submission(store: Store, due_at: datetime) -> OrderSubmission:
    key = {"sender": "merchant 1", "idempotency_key": "k1", "fingerprint": "f", "reference": "r"}
    return OrderSubmission.create(store=store, due_at=due_at, **key)


def make_update(store: Store, due_at: datetime) -> OrderUpdate:
    order = {"order_id": 5, "order_number": "A5", "sender": "merchant 1"}
    return OrderUpdate.create(store=store, due_at=due_at, changes={}, expected={}, **order)


def make_replay(store: Store, due_at: datetime) -> EventReplay:
    return EventReplay.create(
        store=store, event_filter={}, upto_id=1, expected=1, requested_at=due_at
    )


def make_resync(store: Store, due_at: datetime) -> RecordResync:
    return RecordResync.create(store=store, resource="products", entity_id="7", due_at=due_at)


def make_alert_delivery(due_at: datetime) -> AlertDelivery:
    channel = AlertChannel.create(name="Support", medium=AlertMedium.MAIL)
    message = AlertMessage.create(channel=channel, purpose=AlertPurpose.OPENED)
    return AlertDelivery.create(message=message, due_at=due_at)


@pytest.mark.parametrize("kind", WORK_KINDS)
def test_due_row_of_each_kind_is_counted_with_its_time(
    runtime: Runtime, merchant: Merchant, store: Store, kind: str
) -> None:
    at = utc_now() - AGE
    prepare: dict[str, Callable[[], object]] = {
        "submissions": lambda: make_submission(store, at),
        "order_updates": lambda: make_update(store, at),
        "events": lambda: make_event(due_at=at),
        "events_of_stopped_stores": lambda: (
            stop(store),
            make_event(due_at=at, type=PRIVACY_REQUEST_TYPES[0]),
        ),
        "replays": lambda: make_replay(store, at),
        "bulk_actions": lambda: BulkAction.create(kind="check", requested_at=at),
        "runs": lambda: SyncRun.create(
            store=store, resource="orders", kind="incremental", due_at=at
        ),
        "polls": lambda: SyncState.create(store=store, resource="orders", next_due_at=at),
        "resyncs": lambda: make_resync(store, at),
        "registrations": lambda: Store.update(webhook_check_due_at=at).execute(),
        "checks": lambda: Store.update(probe_due_at=at).execute(),
        "selections": lambda: make_selection(store, due_at=at, applied_to=0),
        "deliveries": lambda: make_delivery(
            make_endpoint(merchant, runtime.sealer), store, due_at=at
        ),
        "digests": lambda: make_notification(merchant, make_issue(store), due_at=at),
        "alerts": lambda: EndpointAlert.create(
            endpoint=make_endpoint(merchant, runtime.sealer), percent=50, due_at=at
        ),
        "channel_alerts": lambda: ChannelAlertEmail.create(channel=make_channel(), due_at=at),
        "connect_link_emails": lambda: ConnectLinkEmail.create(
            onboarding=Onboarding.create(), kind=ConnectLinkEmailKind.INVITATION, due_at=at
        ),
        "bulk_action_emails": lambda: BulkActionEmail.create(
            bulk_action=BulkAction.create(kind="notify", state="done"),
            merchant=merchant,
            due_at=at,
        ),
        "queued_emails": lambda: QueuedEmail.create(
            kind="invitation", recipient="a@b.example", due_at=at, expires_at=utc_now() + AGE
        ),
        "operator_alerts": lambda: make_alert_delivery(at),
        "exports": lambda: RecordExport.create(
            store=store,
            name="orders",
            format="csv",
            formula_guard="standard",
            due_at=at,
            expires_at=utc_now() + AGE,
        ),
        "privacy_requests": lambda: PrivacyRequest.create(store=store, kind="access", due_at=at),
        "erasures": lambda: StoreDataErasure.create(store=store, requested_at=at),
    }
    prepare[kind]()

    found = {work.kind: work for work in waiting_work() if work.count}

    queue = WORK_KINDS[kind].due().job.queue
    assert found == {kind: WaitingWork(kind, queue, 1, at)}
    assert list(found[kind].title)


def test_work_of_a_worker_that_lives_does_not_wait(store: Store) -> None:
    run = SyncRun.create(store=store, resource="orders", kind="incremental")
    assert [work.count for work in waiting_work() if work.kind == "runs"] == [1]

    Lease.acquire(f"run:{run.id}", "worker-1", ttl_s=60)

    assert {work.count for work in waiting_work()} == {0}
    assert {work.waits_since for work in waiting_work()} == {None}


def test_every_job_belongs_to_a_kind_of_work(runtime: Runtime) -> None:
    defined = {job for job in vars(jobs).values() if isinstance(job, jobs.Job)}

    assert {kind.due().job for kind in WORK_KINDS.values()} == defined
