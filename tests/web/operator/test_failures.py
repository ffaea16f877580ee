"""The operators' page of failing work."""

from __future__ import annotations

import re
from html import unescape

import pytest

from portal.models import (
    AuditLogEntry,
    BulkAction,
    BulkActionEmail,
    ChannelAlertEmail,
    CircuitBreaker,
    ConnectLinkEmail,
    EndpointAlert,
    EventState,
    Merchant,
    OrderSubmission,
    QueuedEmail,
    Store,
    WebhookEvent,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.orders.submission_states import SubmissionState
from portal.services.connection.connect_links import create_link
from portal.services.runtime import Runtime
from tests.factories import (
    make_channel,
    make_delivery,
    make_endpoint,
    make_event,
    make_issue,
    make_merchant,
    make_notification,
)
from tests.web.conftest import Visitor, page_text
from tests.web.operator.conftest import set_role

PAGE = "/operator/failures"
ERROR = "store 1003: GET /products/5: HTTP 503 <b>"


@pytest.fixture
def event(store: Store) -> WebhookEvent:
    """A given up event."""
    return make_event(store_id=store.id, state=EventState.DEAD, error=ERROR)


def retry_link(operator: Visitor) -> dict[str, str]:
    """Return kind and key of the only group, as its link names them."""
    found = re.search(r"retry\?kind=(\w+)&amp;group=(\w+)", operator.get(PAGE).text)
    assert found
    return {"kind": found[1], "group": found[2]}


def test_operator_finds_the_page_which_says_that_nothing_fails(operator: Visitor) -> None:
    assert f'href="{PAGE}"' in operator.get("/operator/onboarding").text
    page = operator.get(PAGE).text

    assert "Nothing is failing" in page
    assert "hx-trigger" not in page


def test_failing_work_is_shown_with_cause_counts_and_example(
    operator: Visitor, event: WebhookEvent
) -> None:
    response = operator.get(PAGE)

    text = page_text(response)
    assert "Webhook events GET /products/…: HTTP 503 <b> Latest: store 1003" in text
    assert "1 1 failed permanently 1 just now" in text
    assert f'href="/stores/1003/events/{event.event_id}"' in response.text
    assert 'data-live-every="15"' in response.text


def test_failing_work_is_retried_after_a_confirmation(
    operator: Visitor, merchant: Merchant, event: WebhookEvent
) -> None:
    group = retry_link(operator)
    asked = page_text(operator.get(f"{PAGE}/retry", query_string=group))
    assert "Webhook events: 1 in 1 store GET /products/…: HTTP 503" in asked

    response = operator.post(f"{PAGE}/retry", **group)

    assert (response.status_code, response.headers["Location"]) == (303, PAGE)
    page = page_text(operator.get(PAGE))
    assert "Retrying 1 item now." in page
    assert "Nothing is failing" in page
    entry = AuditLogEntry.get(AuditLogEntry.action == "failures.retried")
    assert (entry.store_id, entry.actor_id) == (1003, merchant.id)


def test_cause_of_a_delivery_is_shown_as_on_the_merchants_page(
    operator: Visitor, merchant: Merchant, runtime: Runtime, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    make_delivery(endpoint, store, state="failed", error="timeout")

    assert "Webhook deliveries No response within 10 seconds." in page_text(operator.get(PAGE))


def test_each_group_leads_to_its_latest_row(
    operator: Visitor, merchant: Merchant, runtime: Runtime, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    make_delivery(endpoint, store, state="failed", error="timeout")
    CircuitBreaker.create(
        store=store, topic="product", opened_at=utc_now(), resume_at=utc_now(), error="HTTP 500"
    )
    email = make_notification(merchant, make_issue(store), state="failed", error="x")
    EndpointAlert.create(endpoint=endpoint, percent=100, state="bounced", error="y")
    link = create_link(merchant, "Ann", email="ann@clay.example")
    ConnectLinkEmail.create(onboarding=link, kind="invitation", state="failed", error="w")
    action = BulkAction.create(kind="notify", state="done", subject="s", message="m")
    BulkActionEmail.create(bulk_action=action, merchant=merchant, state="bounced", error="z")

    channel = make_channel()
    ChannelAlertEmail.create(channel=channel, state="failed", error="v")
    queued = {"kind": "invitation", "recipient": "a@b.example", "expires_at": utc_now()}
    QueuedEmail.create(**queued, merchant=merchant, state="failed", error="u")
    QueuedEmail.create(**queued, state="failed", error="a stranger's, which leads nowhere")

    page = operator.get(PAGE).text

    addresses = (
        f"/operator/users/{merchant.id}#endpoints",
        f"/stores/{store.id}/events",
        f"/operator/notifications?show=undelivered&amp;after={email.id + 1}",
        "/operator/notifications?show=undelivered#endpoints",
        f"/operator/onboarding/{link.id}",
        f"/operator/channels/{channel.id}",
        f"/operator/users/{merchant.id}",
        f"/operator/actions/{action.id}",
    )
    for address in addresses:
        assert f'href="{address}"' in page
        target = operator.get(unescape(address))
        assert target.status_code == 200
    assert endpoint.name in page_text(operator.get(addresses[0]))
    set_role(merchant, OperatorRole.SUPPORT)
    assert addresses[-1] not in operator.get(PAGE).text


def test_emails_that_wait_and_that_failed_lead_to_the_list(
    operator: Visitor, merchant: Merchant, store: Store
) -> None:
    other = make_merchant(email="bob@example.com")
    issue = make_issue(store)
    make_notification(merchant, issue, state="failed", error="x")
    make_notification(other, issue, attempts=1, error="x")

    assert 'href="/operator/notifications?show=undelivered"' in operator.get(PAGE).text


def test_final_work_is_not_retried(operator: Visitor, store: Store) -> None:
    names = {"sender": "m", "idempotency_key": "k", "fingerprint": "f", "reference": "r"}
    OrderSubmission.create(
        store=store,
        state=SubmissionState.REJECTED,
        error=ERROR,
        due_at=None,
        finished_at=utc_now(),
        **names,
    )

    operator.post(f"{PAGE}/retry", **retry_link(operator))

    assert "Nothing to retry" in page_text(operator.get(PAGE))


def test_group_that_is_gone_is_reported(operator: Visitor) -> None:
    gone = "Nothing fails for this reason anymore."
    operator.get(f"{PAGE}/retry?kind=events&group=x")
    assert gone in page_text(operator.get(PAGE))
    operator.post(f"{PAGE}/retry", kind="x", group="x")
    assert gone in page_text(operator.get(PAGE))


def test_support_sees_failing_work_without_its_button(
    operator: Visitor, merchant: Merchant, event: WebhookEvent
) -> None:
    set_role(merchant, OperatorRole.SUPPORT)

    page = page_text(operator.get(PAGE))

    assert "HTTP 503" in page
    assert "Retry all" not in page
