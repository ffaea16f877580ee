"""IDs and addresses are copied with one click, and read without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from portal.services.runtime import Runtime
from tests.browser.full_portal import full_portal

pytestmark = pytest.mark.unmeasured
COPIED = {
    "stores.connection": "Ecwid store ID",
    "events.show": "Event ID",
    "endpoints.show": "Endpoint ID",
    "orders.submission": "Reference",
}


def test_ids_are_copied_and_announced(runtime: Runtime, chromium: Browser) -> None:
    with full_portal(runtime) as portal:
        paths = {page.name: page.path for page in portal.pages()}
        context = portal.sign_in(chromium)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        for name, label in COPIED.items():
            page.goto(paths[name])
            button = page.get_by_role("button", name=f"Copy: {label}")
            button.click()
            expect(button).to_have_text("Copied")
            copied = page.evaluate("navigator.clipboard.readText()")
            assert copied in page.locator("dd", has=button).inner_text(), name
            expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
        context.close()


def test_copy_buttons_are_hidden_without_javascript(runtime: Runtime, chromium: Browser) -> None:
    with full_portal(runtime) as portal:
        path = next(page.path for page in portal.pages() if page.name == "stores.connection")
        context = portal.sign_in(chromium, java_script_enabled=False)
        page = context.new_page()
        page.goto(path)
        expect(page.locator("#store-id")).to_be_visible()
        expect(page.locator(".copy-button")).to_be_hidden()
        context.close()
