"""Page of alerts: open and resolved alerts, deliveries, severities and the daemon's state."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.models import (
    Alert,
    AlertChannel,
    AlertCheck,
    AlertDelivery,
    AlertMedium,
    AlertMessage,
    AlertPurpose,
    AuditLogEntry,
    Issue,
    Merchant,
    NotificationState,
    Store,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.alerts.alert_kinds import ALERT_SEVERITIES
from portal.services.alerts.list_alerts import OPEN_SHOWN
from tests.factories import make_issue, make_merchant, make_store
from tests.web.conftest import Visitor, page_text
from tests.web.operator.conftest import set_role

PAGE = "/operator/alerts"


@pytest.fixture
def store(merchant: Merchant) -> Store:
    """A store of another merchant."""
    return make_store(make_merchant(email="bea@example.com"))


def test_page_without_alerts_and_channels_says_so(operator: Visitor) -> None:
    page = page_text(operator.get(PAGE))

    assert f'href="{PAGE}"' in operator.get("/operator/failures").text
    assert "No open alerts" in page
    assert "No channels yet" in page
    assert "Resolved in the last 90 days" not in page


def test_open_alerts_come_most_urgent_first_with_their_subject(
    operator: Visitor, store: Store
) -> None:
    Alert.create(kind="token_dead", subject="store 1003", store=store, severity="critical")
    Alert.create(kind="webhooks_silent", subject="store 1003", store=store, severity="info")
    Alert.create(kind="events_late", severity="critical", count=7)
    Alert.create(kind="endpoint_off", subject="endpoint 5", severity="warning")

    response = operator.get(PAGE)

    page = page_text(response)
    places = [
        page.index(text)
        for text in (
            "Webhook events are delayed by more than 10 minutes 7 affected Critical",
            "Ecwid no longer accepts our access Clay & Co · 1003 Critical",
            "Webhook endpoints of merchants were turned off endpoint 5 Warning",
            "Webhooks from Ecwid have stopped Clay & Co · 1003 Info",
        )
    ]
    assert places == sorted(places)
    assert 'href="/stores/1003"' in response.text


def test_long_list_of_open_alerts_says_how_many_there_are(operator: Visitor) -> None:
    Alert.insert_many(
        [
            {"kind": "endpoint_off", "subject": f"endpoint {number}", "severity": "warning"}
            for number in range(OPEN_SHOWN + 3)
        ]
    ).execute()

    assert f"Showing the most urgent {OPEN_SHOWN} of {OPEN_SHOWN + 3}." in page_text(
        operator.get(PAGE)
    )


def test_resolved_alerts_are_listed_in_pages(operator: Visitor) -> None:
    Alert.insert_many(
        [{"kind": "daemon_down", "severity": "critical", "resolved_at": utc_now()}] * 30
    ).execute()

    first = operator.get(PAGE)

    assert page_text(first).count("The daemon is running again") == 25
    assert "Next page" in page_text(first)
    assert page_text(operator.get(f"{PAGE}?after=6")).count("The daemon is running again") == 5


def test_every_page_says_since_when_the_daemon_is_silent(operator: Visitor) -> None:
    AlertCheck.create(checked_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    text = "The daemon hasn't reported since 1 Mar 2026, 09:30"
    assert text in page_text(operator.get(PAGE))
    assert text in page_text(operator.get("/operator"))

    AlertCheck.update(checked_at=utc_now()).execute()

    assert "hasn't reported" not in page_text(operator.get(PAGE))


def test_alert_of_a_kind_that_no_longer_exists_is_shown_by_its_name(operator: Visitor) -> None:
    Alert.create(kind="weather", severity="unknown")

    assert "weather" in page_text(operator.get(PAGE))


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"state": NotificationState.SENT, "status": 202}, "Sent Answered 202 Accepted"),
        ({"state": NotificationState.FAILED, "status": 404}, "Failed Answered 404 Not Found"),
        ({"error": "timeout"}, "Waiting No response within 10 seconds."),
        ({"error": "refused for good: 550 5.1.1"}, "Waiting refused for good: 550 5.1.1"),
        ({}, "Waiting"),
    ],
)
def test_deliveries_are_listed_with_their_result(
    operator: Visitor, merchant: Merchant, result: dict[str, object], said: str
) -> None:
    assert "Nothing sent yet" in page_text(operator.get(f"{PAGE}/deliveries"))
    channel = AlertChannel.create(name="On call", medium=AlertMedium.SLACK)
    message = AlertMessage.create(channel=channel, purpose=AlertPurpose.DIGEST)
    AlertDelivery.create(message=message, recipient=merchant, **result)

    page = page_text(operator.get(f"{PAGE}/deliveries"))

    assert f"Daily digest On call ada@example.com {said.split(maxsplit=1)[0]}" in page
    assert said.partition(" ")[2] in page


def test_severity_of_a_kind_also_changes_open_issues_and_alerts(
    operator: Visitor, merchant: Merchant, store: Store
) -> None:
    issue = make_issue(store)
    Alert.create(kind=issue.kind, subject="store 1003", store=store, severity="info")
    past = make_issue(store, kind="suspended", resolved_at=utc_now())
    form = {**ALERT_SEVERITIES, "webhooks_silent": "critical", "suspended": "info"}

    response = operator.post(f"{PAGE}/severities", **form)

    assert response.headers["Location"] == PAGE
    assert Issue.get_by_id(issue.id).severity == Alert.get().severity == "critical"
    assert Issue.get_by_id(past.id).severity == "warning"
    [entry] = AuditLogEntry.select()
    assert (entry.action, entry.actor, entry.store_id) == (
        "alert_severities.changed",
        merchant,
        None,
    )
    assert entry.after == {"webhooks_silent": "critical", "suspended": "info"}
    assert operator.post(f"{PAGE}/severities", **form).status_code == 303
    assert AuditLogEntry.select().count() == 1


def test_unknown_severity_is_refused(operator: Visitor) -> None:
    response = operator.post(f"{PAGE}/severities", **{**ALERT_SEVERITIES, "suspended": "loud"})

    assert response.status_code == 422
    assert "field__error" in response.text


def test_support_sees_alerts_but_has_no_buttons(browser: Visitor, merchant: Merchant) -> None:
    set_role(merchant, OperatorRole.SUPPORT)
    AlertChannel.create(name="On call", medium=AlertMedium.MAIL)

    page = page_text(browser.get(PAGE))

    assert "On call" in page
    assert "Send test" not in page
    assert "Add channel" not in page
    assert ">Save<" not in browser.get(f"{PAGE}/severities").text


def test_mail_page_of_operators_says_that_alerts_replace_mails(
    browser: Visitor, operator: Visitor
) -> None:
    assert "store problems reach you as alerts" in page_text(operator.get("/account/notifications"))
