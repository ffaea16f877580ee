"""Alerts open and resolve with what they are about, and channels are notified once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import (
    Alert,
    AlertChannel,
    AlertCheck,
    AlertMedium,
    AlertNotice,
    AlertSeverity,
    BulkAction,
    BulkActionEmail,
    CircuitBreaker,
    ConnectLinkEmail,
    EndpointAlert,
    EndpointState,
    Merchant,
    NotificationState,
    Onboarding,
    OrderSubmission,
    QueuedEmail,
    Store,
    StoreState,
    WebhookEndpoint,
    WebhookEvent,
    utc_now,
)
from portal.rules.alerts.alert_kinds import PortalAlertKind
from portal.rules.alerts.many_stores import FEW
from portal.rules.connection.issue_kinds import IssueKind
from portal.services.alerts.update_alerts import update_alerts
from portal.services.notifications.issues import resolve_issue
from portal.services.runtime import Runtime
from tests.factories import (
    make_endpoint,
    make_event,
    make_issue,
    make_merchant,
    make_notification,
    make_store,
)
from tests.services.alerts.conftest import MakeChannel, pass_time, stop_store
from tests.statements import count_statements


def open_alerts() -> list[tuple[str, str, str]]:
    """Return kind, subject and severity of the open alerts."""
    rows = Alert.select().where(Alert.resolved_at.is_null()).order_by(Alert.id)
    return [(row.kind, row.subject, row.severity) for row in rows]


def open_kinds() -> list[str]:
    return [kind for kind, _subject, _severity in open_alerts()]


def test_issue_is_an_alert_until_it_is_resolved(
    runtime: Runtime, operator: Merchant, store: Store
) -> None:
    stop_store(store)

    assert update_alerts(runtime) == 1
    assert update_alerts(runtime) == 0
    assert open_alerts() == [("token_dead", "store 1003", "critical")]

    resolve_issue(store.id, IssueKind.TOKEN_DEAD)
    update_alerts(runtime)

    assert open_alerts() == []
    assert Alert.get().resolved_at is not None


def test_issue_that_opens_again_is_another_alert(
    runtime: Runtime, operator: Merchant, store: Store
) -> None:
    for _ in range(2):
        stop_store(store)
        update_alerts(runtime)
        resolve_issue(store.id, IssueKind.TOKEN_DEAD)
        update_alerts(runtime)

    assert Alert.select().count() == 2


def test_each_channel_is_notified_once_of_what_it_takes(
    runtime: Runtime, store: Store, make_channel: MakeChannel
) -> None:
    everything = make_channel()
    make_channel(min_severity="critical")
    make_channel(muted=["webhooks_silent"])
    make_channel(is_enabled=False)
    make_issue(store)

    update_alerts(runtime)
    update_alerts(runtime)

    assert [notice.channel for notice in AlertNotice.select()] == [everything]


def test_severity_chosen_by_operators_is_used(
    runtime: Runtime, operator: Merchant, store: Store
) -> None:
    AlertSeverity.create(kind=PortalAlertKind.EVENTS_LATE, severity="info")
    make_event(due_at=utc_now() - timedelta(minutes=11))

    update_alerts(runtime)

    assert open_alerts() == [("events_late", "", "info")]


def test_events_of_a_working_store_are_late_after_ten_minutes(
    runtime: Runtime, operator: Merchant, store: Store
) -> None:
    event = make_event(due_at=utc_now() - timedelta(minutes=9))
    update_alerts(runtime)
    assert open_kinds() == []

    WebhookEvent.update(due_at=utc_now() - timedelta(minutes=11)).execute()
    update_alerts(runtime)
    assert open_kinds() == ["events_late"]

    CircuitBreaker.create(
        store=store, topic="product", error="", resume_at=utc_now() + timedelta(minutes=1)
    )
    update_alerts(runtime)
    assert open_kinds() == []

    CircuitBreaker.delete().execute()
    Store.update(state=StoreState.RECONNECT).execute()
    update_alerts(runtime)
    assert open_kinds() == []
    assert WebhookEvent.get_by_id(event.id).state == "pending"


def test_many_stores_that_stop_within_an_hour_are_one_more_alert(
    runtime: Runtime, operator: Merchant
) -> None:
    stores = [make_store(id=2_000 + number) for number in range(FEW)]
    for store in stores[1:]:
        stop_store(store)
    update_alerts(runtime)
    assert PortalAlertKind.MANY_STORES_DOWN not in open_kinds()

    stop_store(stores[0])
    update_alerts(runtime)
    [many] = Alert.select().where(Alert.kind == PortalAlertKind.MANY_STORES_DOWN)
    assert (many.count, many.severity) == (FEW, "critical")

    resolve_issue(stores[0].id, IssueKind.TOKEN_DEAD)
    update_alerts(runtime)
    many = Alert.get_by_id(many.id)
    assert (many.count, many.resolved_at) == (FEW - 1, None)

    for store in stores[1:4]:
        resolve_issue(store.id, IssueKind.TOKEN_DEAD)
    update_alerts(runtime)
    assert Alert.get_by_id(many.id).resolved_at is not None


def test_uninstalled_stores_are_not_many_stores_down(runtime: Runtime, operator: Merchant) -> None:
    for number in range(FEW):
        stop_store(make_store(id=2_000 + number), IssueKind.UNINSTALLED)

    update_alerts(runtime)

    assert set(open_kinds()) == {"uninstalled"}


def test_mail_that_merchants_did_not_get_is_an_alert_for_a_day(
    runtime: Runtime, operator: Merchant, merchant: Merchant, store: Store
) -> None:
    issue = make_issue(store)
    lost = make_notification(merchant, issue, state=NotificationState.BOUNCED)
    endpoint = make_endpoint(merchant, runtime.sealer)
    failed = {"state": NotificationState.FAILED}
    EndpointAlert.create(endpoint=endpoint, percent=50, **failed)
    ConnectLinkEmail.create(onboarding=Onboarding.create(), kind="invitation", **failed)
    action = BulkAction.create(kind="notify", state="done")
    BulkActionEmail.create(bulk_action=action, merchant=merchant, **failed)
    queued = {"kind": "invitation", "recipient": "a@b.example", "expires_at": utc_now()}
    QueuedEmail.create(**queued, **failed)
    QueuedEmail.create(**queued, state=NotificationState.BOUNCED)

    update_alerts(runtime)
    [alert] = Alert.select().where(Alert.kind == PortalAlertKind.MAIL_UNDELIVERED)
    assert (alert.count, alert.severity) == (5, "warning")

    for table in (type(lost), EndpointAlert, ConnectLinkEmail, BulkActionEmail, QueuedEmail):
        table.update(created_at=utc_now() - timedelta(days=2)).execute()
    update_alerts(runtime)
    assert Alert.get_by_id(alert.id).resolved_at is not None


def test_order_without_a_result_is_an_alert_after_ten_minutes(
    runtime: Runtime, operator: Merchant, store: Store
) -> None:
    order = OrderSubmission.create(
        store=store,
        sender="merchant 1",
        idempotency_key="k",
        fingerprint="f",
        reference="r",
        received_at=utc_now() - timedelta(minutes=11),
    )
    update_alerts(runtime)
    assert open_alerts() == [("orders_stuck", "", "critical")]

    OrderSubmission.update(due_at=None, state="rejected").where(
        OrderSubmission.id == order.id
    ).execute()
    update_alerts(runtime)
    assert open_alerts() == []


def test_endpoint_that_was_turned_off_is_an_alert_for_a_week(
    runtime: Runtime, operator: Merchant, merchant: Merchant
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer, state=EndpointState.OFF)
    update_alerts(runtime)
    assert open_alerts() == [("endpoint_off", f"endpoint {endpoint.id}", "warning")]

    WebhookEndpoint.update(state_changed_at=utc_now() - timedelta(days=8)).execute()
    update_alerts(runtime)
    assert open_alerts() == []


def test_gap_between_two_searches_is_reported_as_a_daemon_that_did_not_run(
    runtime: Runtime, make_channel: MakeChannel
) -> None:
    make_channel()
    stopped_at = utc_now() - timedelta(minutes=6)
    AlertCheck.update(checked_at=stopped_at).execute()

    update_alerts(runtime)
    update_alerts(runtime)

    [alert] = Alert.select()
    assert (alert.kind, alert.opened_at) == ("daemon_down", stopped_at)
    assert alert.resolved_at is not None
    assert AlertNotice.select().count() == 1


def test_first_search_adds_a_mail_channel_to_all_operators(runtime: Runtime) -> None:
    update_alerts(runtime)
    update_alerts(runtime)

    [channel] = AlertChannel.select()
    assert (channel.medium, channel.min_severity) == (AlertMedium.MAIL, "info")
    assert channel.is_enabled
    assert channel.digest_due_at > utc_now()
    assert Alert.select().count() == 0


def test_deleted_default_channel_does_not_come_back(runtime: Runtime) -> None:
    update_alerts(runtime)
    AlertChannel.delete().execute()

    update_alerts(runtime)

    assert AlertChannel.select().count() == 0


def test_alert_that_is_over_within_the_minute_is_not_sent(
    runtime: Runtime, store: Store, make_channel: MakeChannel
) -> None:
    make_channel()
    stop_store(store)
    update_alerts(runtime)
    resolve_issue(store.id, IssueKind.TOKEN_DEAD)

    pass_time()
    update_alerts(runtime)

    assert AlertNotice.select().count() == 0


@pytest.mark.parametrize("stores", [2, 30])
def test_search_takes_as_many_statements_for_many_stores_as_for_few(
    runtime: Runtime, operator: Merchant, stores: int
) -> None:
    owner = make_merchant()
    for number in range(stores):
        make_issue(make_store(owner, id=2_000 + number))
    update_alerts(runtime)

    with count_statements(runtime.database) as statements:
        update_alerts(runtime)

    assert len(statements) <= 25
