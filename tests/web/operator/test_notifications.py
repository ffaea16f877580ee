"""List and retry of undelivered notifications on the operator page."""

from __future__ import annotations

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.models import (
    AuditLogEntry,
    EndpointAlert,
    Merchant,
    Notification,
    NotificationState,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.services.outbound_webhooks.alert_log import SHOWN
from portal.services.pagination import PAGE_SIZE
from portal.services.runtime import Runtime
from tests.factories import make_endpoint, make_issue, make_merchant, make_notification
from tests.web.conftest import Visitor, page_text

PAGE = "/operator/notifications"
REFUSED = "refused for good: SMTPRecipientsRefused 550 5.1.1"
BOUNCED = {"state": NotificationState.BOUNCED, "error": REFUSED, "attempts": 1}


@pytest.fixture
def bounced(store: Store) -> Notification:
    """A notification to another merchant that was rejected permanently."""
    return make_notification(make_merchant(email="bea@example.com"), make_issue(store), **BOUNCED)


@pytest.fixture
def endpoint(runtime: Runtime, store: Store) -> WebhookEndpoint:
    """An endpoint of another merchant."""
    theirs = make_merchant(email="cy@example.com")
    return make_endpoint(theirs, runtime.sealer, name="Ware<house>")


def test_operator_finds_the_page_which_says_that_all_was_delivered(operator: Visitor) -> None:
    assert f'href="{PAGE}"' in operator.get("/operator/onboarding").text
    assert "All emails were delivered" in page_text(operator.get(PAGE))
    assert "Retry all" not in page_text(operator.get(PAGE))


def test_rejected_notification_is_shown_with_recipient_store_and_reason(
    operator: Visitor, bounced: Notification
) -> None:
    page = page_text(operator.get(PAGE))

    assert "Webhooks from Ecwid have stopped Clay & Co · 1003 bea@example.com Refused" in page
    assert REFUSED in page


@pytest.mark.parametrize(
    ("show", "state", "expected"),
    [
        ("undelivered", NotificationState.FAILED, "Failed"),
        ("waiting", NotificationState.WAITING, "Waiting"),
        ("sent", NotificationState.SENT, "Sent"),
        ("dropped", NotificationState.DROPPED, "Skipped"),
        ("nonsense", NotificationState.FAILED, "Failed"),
    ],
)
def test_each_list_shows_the_notifications_in_its_state_and_says_when_empty(
    operator: Visitor, merchant: Merchant, store: Store, show: str, state: str, expected: str
) -> None:
    empty = page_text(operator.get(f"{PAGE}?show={show}"))
    assert "ada@example.com" not in empty

    make_notification(merchant, make_issue(store), state=state, sent_at=utc_now())

    assert f"ada@example.com {expected}" in page_text(operator.get(f"{PAGE}?show={show}"))
    assert ("Nothing here" in empty) is (show not in ("undelivered", "nonsense"))


def test_retry_sends_one_notification_and_is_recorded_in_the_audit_log(
    operator: Visitor, merchant: Merchant, bounced: Notification, runtime: Runtime
) -> None:
    response = operator.post(f"{PAGE}/{bounced.id}/retry")

    again = Notification.get_by_id(bounced.id)
    assert response.headers["Location"] == f"{PAGE}?show=waiting"
    assert (again.state, again.attempts, again.error) == (NotificationState.WAITING, 0, None)
    assert again.due_at <= utc_now()
    queue = Queue("mail", connection=runtime.redis, serializer=JSONSerializer)
    assert [tuple(job.args) for job in queue.jobs] == [(bounced.merchant_id,)]
    noted = AuditLogEntry.get()
    assert (noted.action, noted.actor_id) == ("notification.retried", merchant.id)
    assert noted.after == {"notifications": [bounced.id]}
    assert "Retrying now." in page_text(operator.get(f"{PAGE}?show=waiting"))


def test_all_notifications_are_retried(
    operator: Visitor, merchant: Merchant, store: Store, bounced: Notification
) -> None:
    make_notification(merchant, bounced.issue, state=NotificationState.FAILED)
    make_notification(make_merchant(email="c@example.com"), bounced.issue, state="sent")

    operator.post(f"{PAGE}/retry")

    assert "Retrying 2 notifications now." in page_text(operator.get(f"{PAGE}?show=waiting"))
    assert sorted(row.state for row in Notification.select()) == ["sent", "waiting", "waiting"]


def test_delivered_notification_cannot_be_retried(
    operator: Visitor, merchant: Merchant, store: Store
) -> None:
    sent = make_notification(merchant, make_issue(store), state=NotificationState.SENT)

    assert operator.post(f"{PAGE}/{sent.id}/retry").status_code == 404
    assert operator.post(f"{PAGE}/404/retry").status_code == 404
    assert operator.get(f"{PAGE}?after=x").status_code == 404


@pytest.mark.promise(11)
def test_long_list_is_paginated(operator: Visitor, merchant: Merchant, store: Store) -> None:
    for _ in range(PAGE_SIZE + 1):
        issue = make_issue(store, resolved_at=utc_now())
        make_notification(merchant, issue, **BOUNCED)

    first = operator.get(PAGE).text

    later = f"?show=undelivered&amp;after={Notification.select().count() - PAGE_SIZE + 1}"
    assert first.count("ada@example.com</span>") == PAGE_SIZE
    assert later in first
    second = operator.get(f"{PAGE}{later.replace('&amp;', '&')}").text
    assert second.count("ada@example.com</span>") == 1


def test_notifications_about_endpoints_are_shown_with_owner_and_reason(
    operator: Visitor, bounced: Notification, endpoint: WebhookEndpoint
) -> None:
    assert "About webhooks to channels" not in page_text(operator.get(PAGE))
    EndpointAlert.create(endpoint=endpoint, percent=100, **BOUNCED)
    EndpointAlert.create(endpoint=endpoint, percent=70, state=NotificationState.WAITING)

    page, waiting = page_text(operator.get(PAGE)), page_text(operator.get(f"{PAGE}?show=waiting"))

    assert "About stores" in page
    assert "Ware<house> Turned off cy@example.com Refused 1 attempt" in page
    assert page.count(REFUSED) == page.count("Try again") == 2
    assert "Ware<house> Failing: 70% of the time until it's turned off has passed" in waiting
    assert "Try again" not in waiting
    assert "Nothing here" not in waiting


def test_notification_about_an_endpoint_is_retried(
    operator: Visitor, endpoint: WebhookEndpoint
) -> None:
    notice = EndpointAlert.create(endpoint=endpoint, percent=100, **BOUNCED)
    address = f"{PAGE}/endpoints/{notice.id}/retry"
    assert "All emails were delivered" not in page_text(operator.get(PAGE))

    response = operator.post(address)

    assert response.headers["Location"] == f"{PAGE}?show=waiting"
    assert EndpointAlert.get().state == NotificationState.WAITING
    waiting = page_text(operator.get(f"{PAGE}?show=waiting"))
    assert "Retrying now." in waiting
    assert "Ware<house>" in waiting
    assert operator.post(address).status_code == 404


def test_retry_of_all_includes_notifications_that_are_not_shown(
    operator: Visitor, bounced: Notification, endpoint: WebhookEndpoint
) -> None:
    for _ in range(SHOWN + 1):
        EndpointAlert.create(endpoint=endpoint, percent=100, **BOUNCED)
    page = page_text(operator.get(PAGE))
    assert f"Showing the latest {SHOWN} of {SHOWN + 1}." in page
    assert page.count("cy@example.com") == SHOWN

    operator.post(f"{PAGE}/retry")

    assert f"Retrying {SHOWN + 2} notifications now." in page_text(operator.get(PAGE))
    assert "All emails were delivered" in page_text(operator.get(PAGE))
