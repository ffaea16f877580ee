"""Operators see undelivered alerts about endpoints, and send them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.jobs import SEND_ENDPOINT_ALERTS
from portal.models import (
    UNDELIVERED_STATES,
    AuditLogEntry,
    EndpointAlert,
    Membership,
    Merchant,
    NotificationState,
    OffReason,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.services.notifications.notification_preferences import save_preference
from portal.services.outbound_webhooks.alert_log import (
    SHOWN,
    latest_alerts,
    retry_alert,
    retry_all_alerts,
)
from portal.services.outbound_webhooks.alerts import send_endpoint_alerts
from portal.services.runtime import Runtime
from tests.factories import make_endpoint, make_merchant, make_store
from tests.post_office import PostOffice

FAILED = {
    "percent": 100,
    "state": NotificationState.FAILED,
    "attempts": ATTEMPTS_LIMIT,
    "error": "not taken: 450 4.2.1",
}


@pytest.fixture
def operator(runtime: Runtime) -> Merchant:
    """An operator without a store."""
    return make_merchant(email="olga@example.com", operator_role=OperatorRole.ADMIN)


@pytest.fixture
def endpoint(runtime: Runtime, merchant: Merchant, store: Store) -> WebhookEndpoint:
    """An endpoint for all stores that is off; its merchant has no quiet hours."""
    save_preference(merchant, hours=None, muted=[])
    return make_endpoint(merchant, runtime.sealer, off_reason=OffReason.FAILING)


def woken(runtime: Runtime) -> list[int]:
    """Return the channels whose alerts the daemon was woken to send."""
    queue = Queue(SEND_ENDPOINT_ALERTS.queue, connection=runtime.redis, serializer=JSONSerializer)
    return sorted(job.args[0] for job in queue.jobs if job.func_name == SEND_ENDPOINT_ALERTS.path)


def test_latest_alerts_are_listed_first_and_all_are_counted(
    endpoint: WebhookEndpoint,
) -> None:
    for state in (*UNDELIVERED_STATES, NotificationState.SENT):
        EndpointAlert.create(endpoint=endpoint, percent=50, state=state)

    few = latest_alerts(UNDELIVERED_STATES)
    assert [row.state for row in few.rows] == list(reversed(UNDELIVERED_STATES))
    assert few.total == 2
    for _ in range(SHOWN):
        EndpointAlert.create(endpoint=endpoint, **FAILED)

    many = latest_alerts(UNDELIVERED_STATES)
    assert (len(many.rows), many.total) == (SHOWN, SHOWN + 2)
    assert many.rows[0].id > many.rows[-1].id


def test_failed_alert_is_sent_after_a_retry(
    runtime: Runtime, endpoint: WebhookEndpoint, operator: Merchant, office: PostOffice
) -> None:
    later = utc_now() + timedelta(days=1)
    notice = EndpointAlert.create(endpoint=endpoint, due_at=later, **FAILED)

    assert retry_alert(runtime, notice.id, operator)

    again = EndpointAlert.get()
    assert (again.state, again.attempts, again.error) == (NotificationState.WAITING, 0, None)
    assert again.due_at <= utc_now()
    assert woken(runtime) == [endpoint.channel_id]
    send_endpoint_alerts(runtime, endpoint.channel_id)
    assert EndpointAlert.get().state == NotificationState.SENT
    assert [letter["To"] for letter in office.letters] == [endpoint.merchant.email]


def test_retry_is_in_the_audit_log_of_each_store_of_the_endpoint(
    runtime: Runtime, endpoint: WebhookEndpoint, operator: Merchant, merchant: Merchant
) -> None:
    second = make_store(merchant, id=2004, name="Wood")
    WebhookEndpoint.update(stores_chosen_at=utc_now() + timedelta(minutes=1)).execute()
    narrow = make_endpoint(merchant, runtime.sealer, store=second)
    ids = [EndpointAlert.create(endpoint=endpoint, **FAILED).id for _ in range(2)]
    ids.append(EndpointAlert.create(endpoint=narrow, **FAILED).id)

    assert retry_all_alerts(runtime, operator) == 3

    noted = [
        (row.store_id, row.action, row.target, row.actor_id, row.after)
        for row in AuditLogEntry.select().order_by(AuditLogEntry.target, AuditLogEntry.store)
    ]
    wide = (f"endpoint {endpoint.id}", operator.id, {"mails": ids[:2]})
    assert noted == [
        (1003, "endpoint.alert_retried", *wide),
        (2004, "endpoint.alert_retried", *wide),
        (
            2004,
            "endpoint.alert_retried",
            f"endpoint {narrow.id}",
            operator.id,
            {"mails": ids[2:]},
        ),
    ]
    assert woken(runtime) == [WebhookEndpoint.get().channel_id]


def test_only_undelivered_alerts_are_sent_again(
    runtime: Runtime, endpoint: WebhookEndpoint, operator: Merchant
) -> None:
    sent = EndpointAlert.create(endpoint=endpoint, percent=50, state=NotificationState.SENT)

    assert not retry_alert(runtime, sent.id, operator)
    assert not retry_alert(runtime, 404, operator)
    assert retry_all_alerts(runtime, operator) == 0
    assert EndpointAlert.get().state == NotificationState.SENT
    assert woken(runtime) == []
    assert AuditLogEntry.select().count() == 0


def test_alert_of_a_merchant_without_a_store_is_sent_again(
    runtime: Runtime, endpoint: WebhookEndpoint, operator: Merchant
) -> None:
    Membership.delete().execute()
    notice = EndpointAlert.create(endpoint=endpoint, **FAILED)

    assert retry_alert(runtime, notice.id, operator)

    assert EndpointAlert.get().state == NotificationState.WAITING
    noted = AuditLogEntry.get()
    assert (noted.store_id, noted.target) == (None, f"endpoint {endpoint.id}")
