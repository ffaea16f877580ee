"""Access to the operator pages."""

from __future__ import annotations

import pytest

from portal.models import Merchant, NotificationState
from portal.rules.accounts.operator_roles import OperatorRole
from tests.factories import make_issue, make_notification, make_store
from tests.web.conftest import Visitor, page_text
from tests.web.operator.conftest import set_role

PAGES = ("/operator/onboarding", "/operator/schema-changes", "/operator/rejected-webhooks")


@pytest.mark.promise(9)
@pytest.mark.parametrize("page", PAGES)
def test_operator_pages_are_a_404_for_merchants(browser: Visitor, page: str) -> None:
    assert browser.get(page).status_code == 404
    assert page not in browser.get("/stores").text


@pytest.mark.parametrize("page", PAGES)
def test_operator_who_follows_a_link_is_asked_to_sign_in_first(visitor: Visitor, page: str) -> None:
    response = visitor.get(page)

    assert (response.status_code, response.location) == (303, f"/login?next={page}")


def test_support_sees_undelivered_emails_without_a_button_to_send_them_again(
    operator: Visitor, merchant: Merchant
) -> None:
    make_notification(merchant, make_issue(make_store()), state=NotificationState.FAILED)
    assert "Retry all" in operator.get("/operator/notifications").text

    set_role(merchant, OperatorRole.SUPPORT)
    page = operator.get("/operator/notifications").text

    assert merchant.email in page
    assert "/retry" not in page
    refused = operator.post("/operator/notifications/retry")
    assert refused.status_code == 403
    assert "Only admins can do this" in page_text(refused)
