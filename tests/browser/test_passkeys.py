"""A passkey of Chromium's virtual authenticator: added, and used for all that it allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from portal.models import BrowserSession, Merchant, Passkey
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.conftest import PASSWORD, open_window
from tests.factories import make_recovery_code

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def portal(runtime: Runtime) -> Iterator[str]:
    """The URL of a portal with a host name, without which browsers refuse passkeys."""
    server = make_server("127.0.0.1", 0, create_app(runtime), threaded=True)
    url = f"http://localhost:{server.port}"
    settings = replace(runtime.settings, portal_url=url)
    server.app = create_app(replace(runtime, settings=settings))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, portal: str) -> Iterator[Page]:
    """A page of a browser on a device that keeps passkeys; any console error fails the test."""
    window = open_window(chromium, base_url=portal)
    devices = window.page.context.new_cdp_session(window.page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield window.page
    assert window.complaints == []
    window.page.context.close()


def send_password(page: Page, merchant: Merchant) -> None:
    page.goto("/login")
    page.get_by_label("Email").fill(merchant.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def test_passkey_is_added_confirms_signs_in_and_is_the_second_step(
    page: Page, merchant: Merchant
) -> None:
    send_password(page, merchant)
    page.get_by_label("Code").fill(make_recovery_code(merchant))
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/operator")

    page.goto("/account/passkeys")
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("table", name="Your passkeys")).to_contain_text("My phone")

    BrowserSession.update(confirmed_at=None).execute()
    page.goto("/account/passkeys")
    page.get_by_role("link", name="My phone").click()
    expect(page.get_by_label("Your password")).to_be_visible()
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("button", name="Confirmed. Continue below.")).to_be_visible()
    expect(page.get_by_label("Your password")).not_to_be_attached()

    page.context.clear_cookies()
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    page.wait_for_url("**/operator")

    page.context.clear_cookies()
    send_password(page, merchant)
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url("**/operator")
    assert Passkey.get().sign_count == 4


def test_device_without_the_passkey_says_so(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_have_text("No passkey was used. Try again.")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_button_is_hidden_without_javascript(chromium: Browser, portal: str) -> None:
    window = open_window(chromium, base_url=portal, java_script_enabled=False)
    window.page.goto("/login")

    expect(window.page.get_by_role("main").get_by_role("button")).to_have_count(1)
    window.page.context.close()
