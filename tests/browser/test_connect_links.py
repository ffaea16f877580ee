"""An operator invites a merchant in a real browser: desktop, phone, without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portal.models import ConnectLinkEmail, NotificationState
from tests.browser.conftest import WAYS, Window

pytestmark = [pytest.mark.browser, pytest.mark.promise(12)]


def test_operator_creates_copies_and_mails_a_link(
    window: Window, request: pytest.FixtureRequest
) -> None:
    page, way = window.page, request.node.callspec.params["window"]
    has_script = WAYS[way].get("java_script_enabled", True)
    page.goto("/operator/onboarding")
    page.get_by_label("Merchant", exact=True).fill("Clay & Co")
    page.get_by_label("Email (optional)").fill("ann@clay.example")
    page.get_by_label("Note for the merchant").fill("We met at the fair.")
    page.get_by_role("button", name="Create invite link").click()

    field = page.get_by_label("Send it only to this merchant")
    expect(field).to_have_value(re.compile("/connect/link/"))
    copy = page.get_by_role("button", name="Copy")
    expect(copy).to_be_visible(visible=has_script)
    if has_script:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        copy.click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == field.input_value()
    page.get_by_role("button", name="Send email").click()

    expect(page.get_by_role("table")).to_contain_text("Invitation")
    assert ConnectLinkEmail.get().state == NotificationState.WAITING
    window.shoot(f"connect-link-{way}")
    page.get_by_role("link", name="All onboardings").click()
    expect(page.get_by_role("table", name="Links by step")).to_contain_text("100%")
    window.shoot(f"onboarding-{way}")
