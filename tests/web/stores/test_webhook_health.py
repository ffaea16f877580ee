"""Webhook health on the pages of a store: definition, duration and next step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import (
    SYNC_ORDER,
    Merchant,
    NotificationState,
    Store,
    SyncState,
    WebhookHealth,
    utc_now,
)
from portal.rules.connection.issue_kinds import IssueKind, silent_webhooks_texts
from portal.rules.webhooks.liveness import HEALTH_DEFINITIONS
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.runtime import Runtime
from tests.factories import make_grant, make_issue, make_merchant, make_notification, make_store
from tests.web.conftest import Visitor, page_text

PAGES = ("/stores/1003", "/stores/1003/connection", "/stores/1003/sync")


@pytest.fixture
def store(merchant: Merchant, runtime: Runtime) -> Store:
    """A connected store of the merchant that is in sync but receives no more webhooks."""
    store = make_store(
        merchant,
        webhook_health=WebhookHealth.SILENT,
        webhook_health_changed_at=utc_now() - timedelta(hours=3),
        webhook_mode="app",
    )
    make_grant(store, runtime.sealer)
    for resource in SYNC_ORDER:
        SyncState.create(
            store=store, resource=resource, last_success_at=utc_now(), high_water_at=utc_now()
        )
    return store


@pytest.mark.parametrize("health", list(WebhookHealth))
@pytest.mark.parametrize("path", PAGES[:2])
def test_each_state_has_its_definition_and_start(
    browser: Visitor, store: Store, health: WebhookHealth, path: str
) -> None:
    Store.update(webhook_health=health).execute()

    page = page_text(browser.get(path))

    assert HEALTH_DEFINITIONS[health] in page
    assert "Since 3 hours ago" in page


@pytest.mark.parametrize("path", PAGES)
def test_open_issue_shows_cause_impact_and_next_step(
    browser: Visitor, store: Store, path: str
) -> None:
    texts = silent_webhooks_texts("app")
    open_issue(store.id, IssueKind.WEBHOOKS_SILENT, texts)

    page = page_text(browser.get(path))

    said = (texts.cause, texts.impact, texts.next_action, "Severity Info")
    assert all(text in page for text in said)
    resolve_issue(store.id, IssueKind.WEBHOOKS_SILENT)
    assert texts.cause not in page_text(browser.get(path))


def test_status_message_mentions_the_missing_webhooks(browser: Visitor, store: Store) -> None:
    page = page_text(browser.get("/stores/1003"))

    assert "Ecwid has stopped sending webhooks" in page
    assert "Everything is up to date" not in page


@pytest.mark.parametrize("path", PAGES)
def test_issue_says_that_the_email_about_it_was_not_delivered(
    browser: Visitor, merchant: Merchant, store: Store, path: str
) -> None:
    issue = make_issue(store)
    other = make_merchant(email="bea@example.com")
    make_notification(other, issue, state=NotificationState.BOUNCED)
    assert "could not be delivered" not in page_text(browser.get(path))

    make_notification(merchant, issue, state=NotificationState.FAILED)

    page = browser.get(path)
    assert "We emailed you about this, but the email couldn't be delivered" in page_text(page)
    assert 'href="/account/notifications">See why' in page.text
