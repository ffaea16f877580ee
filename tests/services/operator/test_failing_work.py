"""Failing work of all stores is grouped by cause and retried together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from peewee import Database
from rq import Queue
from rq.serializers import JSONSerializer

from portal.models import (
    AuditLogEntry,
    BulkAction,
    BulkActionEmail,
    ChannelAlertEmail,
    CircuitBreaker,
    ConnectLinkEmail,
    Delivery,
    DeliveryState,
    EndpointAlert,
    EndpointState,
    EventReplay,
    EventState,
    Merchant,
    Notification,
    NotificationState,
    Onboarding,
    OrderSubmission,
    OrderUpdate,
    OrderUpdateState,
    QueuedEmail,
    Resource,
    RunState,
    Store,
    StoreState,
    SyncRun,
    WebhookEndpoint,
    WebhookEvent,
    utc_now,
)
from portal.rules.orders.submission_states import SubmissionState
from portal.services.operator.failing_groups import (
    FailingGroup,
    find_failing_group,
    report_failing,
)
from portal.services.operator.failing_kinds import FAILING_KINDS
from portal.services.operator.retry_failing import RETRIES, retry_failing_group
from portal.services.runs.run_control import pause
from portal.services.runtime import Runtime
from tests.factories import (
    make_channel,
    make_delivery,
    make_endpoint,
    make_event,
    make_issue,
    make_notification,
    make_store,
)
from tests.query_plans import plan_of

LATER = timedelta(hours=1)
BROKEN = "store {}: GET /products/{}: HTTP 503"
CAUSE = "GET /products/…: HTTP 503"


class Failing:
    """Maker of failing rows of each kind, due in an hour unless they were given up."""

    def __init__(self, runtime: Runtime, merchant: Merchant) -> None:
        self.runtime, self.merchant, self.number = runtime, merchant, 0

    def values(self, store: Store, **changes: Any) -> dict[str, Any]:
        self.number += 1
        later = {"error": BROKEN.format(store.id, self.number), "due_at": utc_now() + LATER}
        return later | changes

    def run(self, store: Store, **changes: Any) -> SyncRun:
        failing = {"resource": "products", "kind": "incremental", "failures": 2} | changes
        return SyncRun.create(store=store, **self.values(store, **failing))

    def event(self, store: Store, **changes: Any) -> WebhookEvent:
        values = self.values(store, attempts=2, event_id=f"e{self.number}")
        return make_event(store_id=store.id, **values | changes)

    def submission(self, store: Store, **changes: Any) -> OrderSubmission:
        key = f"k{self.number}"
        names = {"sender": "m", "idempotency_key": key, "fingerprint": "f", "reference": key}
        return OrderSubmission.create(store=store, **names, **self.values(store, **changes))

    def update(self, store: Store, **changes: Any) -> OrderUpdate:
        values = self.values(store, attempts=1, order_id=90, order_number="A", sender="m")
        return OrderUpdate.create(store=store, changes={}, expected={}, **values | changes)

    def delivery(self, store: Store, **changes: Any) -> Delivery:
        endpoint = make_endpoint(self.merchant, self.runtime.sealer)
        values = {"state": DeliveryState.FAILED, "due_at": utc_now() + LATER, "error": "http 500"}
        return make_delivery(endpoint, store, **values | changes)

    def email(self, store: Store, **changes: Any) -> Notification:
        values = {"state": NotificationState.FAILED, "error": "timeout 5"} | changes
        return make_notification(self.merchant, make_issue(store), **values)

    def circuit(self, store: Store, **changes: Any) -> CircuitBreaker:
        values = {"opened_at": utc_now(), "resume_at": utc_now() + LATER, "topic": "product"}
        error = {"error": BROKEN.format(store.id, 5)}
        return CircuitBreaker.create(store=store, **values | error | changes)

    def connect_link_email(self, _store: Store, **changes: Any) -> ConnectLinkEmail:
        values = {"state": NotificationState.BOUNCED, "error": "refused"} | changes
        link = Onboarding.create(expires_at=utc_now() + LATER)
        return ConnectLinkEmail.create(onboarding=link, kind="invitation", **values)

    def channel_alert(self, _store: Store, **changes: Any) -> ChannelAlertEmail:
        values = {"state": NotificationState.FAILED, "error": "timeout 5"} | changes
        return ChannelAlertEmail.create(channel=make_channel(), **values)

    def bulk_action_email(self, _store: Store, **changes: Any) -> BulkActionEmail:
        action = BulkAction.create(kind="notify", state="done")
        values = {"state": NotificationState.FAILED, "error": "timeout 5"} | changes
        return BulkActionEmail.create(bulk_action=action, merchant=self.merchant, **values)

    def queued_email(self, store: Store, **changes: Any) -> QueuedEmail:
        values = {"state": NotificationState.FAILED, "error": "timeout 5"} | changes
        about = {"kind": "team_owner", "recipient": self.merchant.email, "store": store}
        content = {"sealed_content": "sealed", "expires_at": utc_now() + LATER}
        return QueuedEmail.create(**about | content | {"merchant": self.merchant} | values)

    def alert(self, _store: Store, **changes: Any) -> EndpointAlert:
        endpoint = make_endpoint(self.merchant, self.runtime.sealer)
        values = {"state": NotificationState.BOUNCED, "error": "refused"} | changes
        return EndpointAlert.create(endpoint=endpoint, percent=50, **values)


@pytest.fixture
def failing(runtime: Runtime, merchant: Merchant) -> Failing:
    return Failing(runtime, merchant)


@pytest.fixture
def other(merchant: Merchant) -> Store:
    """A second store."""
    return make_store(merchant, id=2004, name="Wood")


def only_group() -> FailingGroup:
    (group,) = report_failing().groups
    return group


def test_rows_of_many_stores_with_the_same_cause_form_one_group(
    failing: Failing, store: Store, other: Store
) -> None:
    assert report_failing().groups == []
    first = failing.event(store)
    failing.event(other, state=EventState.DEAD)
    last = failing.event(other)

    group = only_group()

    assert (group.kind, group.cause) == ("events", CAUSE)
    assert (group.count, group.given_up, group.store_count) == (3, 1, 2)
    assert (group.first_at, group.last_at) == (first.received_at, last.received_at)
    assert (group.example_store_id, group.example) == (other.id, last.event_id)
    assert find_failing_group("events", group.key) == group
    assert find_failing_group("events", "x") is None
    assert find_failing_group("x", group.key) is None


def test_kinds_and_causes_are_separate_groups(failing: Failing, store: Store) -> None:
    failing.event(store)
    failing.event(store, error="the event names no entity")
    failing.run(store)

    found = {(group.kind, group.cause) for group in report_failing().groups}

    expected = {("events", CAUSE), ("events", "the event names no entity"), ("runs", CAUSE)}
    assert found == expected


def test_work_that_succeeded_or_waits_for_its_first_attempt_does_not_fail(
    failing: Failing, store: Store
) -> None:
    failing.run(store, state=RunState.FAILED, finished_at=utc_now())
    failing.run(store, state=RunState.DONE, failures=0, finished_at=utc_now())
    failing.event(store, attempts=0)
    failing.event(store, state=EventState.APPLIED)
    failing.submission(store, state=SubmissionState.SUBMITTED, due_at=None)
    failing.submission(
        store,
        state=SubmissionState.REJECTED,
        due_at=None,
        finished_at=utc_now() - timedelta(days=2),
    )
    failing.update(store, state=OrderUpdateState.CONFLICT, due_at=None)
    failing.delivery(store, state=DeliveryState.DELIVERED)
    failing.email(store, state=NotificationState.SENT)

    assert report_failing().groups == []


def test_runs_of_stopped_stores_do_not_fail(failing: Failing, store: Store) -> None:
    failing.run(store)
    assert only_group().count == 1

    Store.update(state=StoreState.DISCONNECTED).execute()

    assert report_failing().groups == []


def test_only_the_newest_rows_are_counted(
    failing: Failing, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.services.operator.latest_failing.ROWS_READ", 2)
    monkeypatch.setattr("portal.services.operator.failing_groups.ROWS_READ", 2)
    for _ in range(3):
        failing.event(store)

    report = report_failing()

    assert report.groups[0].count == 2
    assert report.cut_titles == ["Webhook events"]


def test_every_kind_can_be_retried() -> None:
    assert set(RETRIES) == set(FAILING_KINDS)


def test_email_with_a_link_that_is_closed_does_not_fail(failing: Failing, store: Store) -> None:
    failing.connect_link_email(store)
    assert only_group().kind == "connect_link_emails"

    Onboarding.update(withdrawn_at=utc_now()).execute()

    assert report_failing().groups == []


def test_address_that_a_stranger_mistyped_is_no_failure(failing: Failing, store: Store) -> None:
    bounced = {"state": NotificationState.BOUNCED}
    failing.queued_email(store, merchant=None, **bounced)
    assert report_failing().groups == []

    failing.queued_email(store, **bounced)

    assert only_group().kind == "queued_emails"


@pytest.mark.parametrize("kind", ["run", "event", "submission", "update"])
def test_work_with_attempts_left_becomes_due(
    failing: Failing, runtime: Runtime, merchant: Merchant, store: Store, kind: str
) -> None:
    row = getattr(failing, kind)(store)

    assert retry_failing_group(runtime, only_group(), merchant) == 1

    assert type(row).get_by_id(row.id).due_at <= utc_now()
    entry = AuditLogEntry.get(AuditLogEntry.action == "failures.retried")
    assert (entry.store_id, entry.actor_id) == (store.id, merchant.id)
    assert entry.after == {"cause": CAUSE, "count": 1}


def test_api_of_a_store_with_an_open_circuit_breaker_is_tried_again(
    failing: Failing, runtime: Runtime, merchant: Merchant, store: Store, other: Store
) -> None:
    failing.circuit(store)
    # Ecwid asked the portal to wait.
    failing.circuit(other, opened_at=None)

    assert (only_group().kind, only_group().count) == ("circuit_breakers", 1)
    assert retry_failing_group(runtime, only_group(), merchant) == 1

    due = CircuitBreaker.select().where(CircuitBreaker.resume_at <= utc_now())
    assert [circuit.store_id for circuit in due] == [store.id]
    jobs = Queue("events", connection=runtime.redis, serializer=JSONSerializer).jobs
    assert [list(job.args) for job in jobs] == [[store.id]]


def test_given_up_events_are_replayed_once_per_store(
    failing: Failing, runtime: Runtime, merchant: Merchant, store: Store, other: Store
) -> None:
    dead = [failing.event(each, state=EventState.DEAD) for each in (store, store, other)]
    Store.update(state=StoreState.DISCONNECTED).where(Store.id == other.id).execute()

    assert retry_failing_group(runtime, only_group(), merchant) == 2

    states = [WebhookEvent.get_by_id(event.id).state for event in dead]
    assert states == [EventState.PENDING, EventState.PENDING, EventState.DEAD]
    replay = EventReplay.get()
    assert (replay.store_id, replay.expected, replay.requested_by_id) == (store.id, 2, merchant.id)


def test_given_up_run_is_followed_by_a_new_one(
    failing: Failing, runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    failing.run(store, state=RunState.FAILED, finished_at=utc_now())

    assert retry_failing_group(runtime, only_group(), merchant) == 1

    assert report_failing().groups == []
    assert SyncRun.select().where(SyncRun.finished_at.is_null()).count() == 1


def test_paused_resource_is_not_started(
    failing: Failing, runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    failing.run(store, state=RunState.FAILED, finished_at=utc_now())
    pause(store, Resource.PRODUCTS)

    assert retry_failing_group(runtime, only_group(), merchant) == 0


def test_failed_update_delivery_and_emails_begin_again(
    failing: Failing, runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    failing.update(store, state=OrderUpdateState.FAILED, due_at=None)
    failing.delivery(store, state=DeliveryState.GIVEN_UP)
    failing.email(store)
    failing.alert(store)
    failing.connect_link_email(store)
    failing.bulk_action_email(store)
    failing.channel_alert(store)
    failing.queued_email(store)

    retried = {
        group.kind: retry_failing_group(runtime, group, merchant)
        for group in report_failing().groups
    }

    assert retried == {
        "order_updates": 1,
        "deliveries": 1,
        "emails": 1,
        "alerts": 1,
        "connect_link_emails": 1,
        "bulk_action_emails": 1,
        "channel_alerts": 1,
        "queued_emails": 1,
    }
    assert report_failing().groups == []
    for table in (
        OrderUpdate,
        Delivery,
        Notification,
        EndpointAlert,
        ConnectLinkEmail,
        BulkActionEmail,
        ChannelAlertEmail,
        QueuedEmail,
    ):
        assert table.get().state == "waiting"


def test_rejected_order_and_delivery_to_an_endpoint_that_is_off_are_left_alone(
    failing: Failing, runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    failing.submission(store, state=SubmissionState.REJECTED, due_at=None, finished_at=utc_now())
    failing.delivery(store, state=DeliveryState.GIVEN_UP)
    WebhookEndpoint.update(state=EndpointState.OFF).execute()

    for group in report_failing().groups:
        assert retry_failing_group(runtime, group, merchant) == 0

    assert len(report_failing().groups) == 2


def test_retry_takes_a_limited_number_of_rows(
    failing: Failing,
    runtime: Runtime,
    merchant: Merchant,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.services.operator.retry_failing.RETRY_LIMIT", 2)
    for _ in range(3):
        failing.event(store)
    group = only_group()

    assert retry_failing_group(runtime, group, merchant) == 2

    assert WebhookEvent.select().where(WebhookEvent.due_at <= utc_now()).count() == 2


def test_nothing_is_recorded_if_nothing_fails_any_more(
    failing: Failing, runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    failing.event(store)
    group = only_group()
    WebhookEvent.update(state=EventState.APPLIED).execute()

    assert retry_failing_group(runtime, group, merchant) == 0

    assert not AuditLogEntry.select().exists()


@pytest.mark.promise(11)
@pytest.mark.parametrize("kind", FAILING_KINDS)
def test_failing_rows_are_found_with_their_index(
    runtime: Runtime, database: Database, kind: str
) -> None:
    with database.atomic() as transaction:
        plan = plan_of(database, FAILING_KINDS[kind].latest())
        transaction.rollback()

    assert "_failing" in plan
