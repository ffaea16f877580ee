"""The operators' desk in a real browser: invite, see, be alerted, look as support, recover."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import Any

import pyotp
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from portal.demo import PASSWORD, Demo
from portal.models import utc_now
from portal.models.fields import moment_text
from tests.browser.conftest import Window, expect_in_sync, open_window
from tests.browser.mails import link_in, mails_to

pytestmark = pytest.mark.browser

SUPPORT = "sam@example.com"
INVITEE = "ida@example.com"
STORE = "Loom & Thread"
# A refused call or an event shows the problem within this time.
SOON_MS = 20_000
COPY_MS = 60_000


class Desk:
    """The windows of an operator and of the merchant whom they invite, and the sandbox."""

    def __init__(self, demo: Demo, chromium: Browser) -> None:
        self.demo = demo
        self.operator, self.merchant = open_window(chromium), open_window(chromium)
        self.store_id = self.ask("POST", "/stores", name=STORE, products=3)["store_id"]

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """Call the sandbox's own API."""
        url = f"{self.demo.sandbox_url}/_sandbox/api{path}"
        answer = requests.request(method, url, json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def run(self, *arguments: str) -> str:
        """Run an operator command in the demo's environment."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(
            command, env=self.demo.environ(), capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    def hurry(self) -> None:
        """Make waiting emails due, so that the test doesn't wait until several are gathered."""
        now = (moment_text(utc_now()),)
        with closing(sqlite3.connect(self.demo.folder / "portal.db", timeout=20)) as database:
            database.execute("UPDATE notification SET due_at = ? WHERE state = 'waiting'", now)
            database.execute("UPDATE alert_notice SET due_at = ? WHERE message_id IS NULL", now)
            database.commit()

    def letter(self, recipient: str, words: str) -> str:
        """Wait for an email to the recipient that contains ``words``, and return its text."""
        deadline = time.monotonic() + 90
        while True:
            self.hurry()
            for text in mails_to(self.demo.folder / "mail", recipient):
                if words in text:
                    return text
            assert time.monotonic() < deadline, f"waited for an email that contains {words!r}"
            time.sleep(0.5)

    def find_store(self) -> None:
        """Search for the store in the list of all stores."""
        page = self.operator.page
        page.goto(f"{self.demo.portal_url}/operator")
        page.get_by_label("Store or merchant").fill(STORE)
        page.get_by_role("button", name="Apply", exact=True).click()

    def expect_health(self, word: str, within_s: float) -> None:
        """Expect the store in the list with this health, which the daemon counts."""
        deadline = time.monotonic() + within_s
        while True:
            self.find_store()
            row = self.operator.page.get_by_role("row").filter(has_text=INVITEE)
            if row.filter(has_text=word).count():
                return
            assert time.monotonic() < deadline, f"waited for {word!r}"


def sign_in(desk: Desk, page: Page, address: str, password: str) -> None:
    page.goto(f"{desk.demo.portal_url}/login")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def begin_as_operator(desk: Desk) -> None:
    password = desk.run("users", "add", SUPPORT).split()[-1]
    desk.run("users", "make-operator", SUPPORT, "--role", "support")
    assert SUPPORT in desk.run("users", "list", "--json")
    page = desk.operator.page
    sign_in(desk, page, SUPPORT, password)
    expect(page.get_by_text("Operators need two-step verification")).to_be_visible()
    page.get_by_role("button", name="Set up").click()
    page.get_by_text("Can't scan it?").click()
    secret = page.get_by_role("main").locator("code").inner_text()
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn on").click()
    page.get_by_role("link", name="I've saved my codes").click()
    expect(page.get_by_role("heading", name="All stores")).to_be_visible()


def invite(desk: Desk) -> None:
    page = desk.operator.page
    page.get_by_role("link", name="Onboarding", exact=True).click()
    page.get_by_label("Merchant", exact=True).fill("Ida of Loom & Thread")
    page.get_by_label("Email (optional)").fill(INVITEE)
    page.get_by_label("Note for the merchant").fill("We met at the fair.")
    page.get_by_role("button", name="Create invite link").click()
    page.get_by_role("button", name="Send email").click()
    expect(page.get_by_text("The email will be sent within a minute.")).to_be_visible()


def connect(desk: Desk) -> None:
    page = desk.merchant.page
    page.goto(link_in(desk.letter(INVITEE, "We met at the fair."), "/connect/link/"))
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    page.get_by_label("Email").fill(INVITEE)
    page.get_by_role("button", name="Email me a link").click()
    page.goto(link_in(desk.letter(INVITEE, "/signup/"), "/signup/"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("button", name="Continue to Ecwid").click()
    consent(desk)


def consent(desk: Desk) -> None:
    page = desk.merchant.page
    page.locator("select[name=store_id]").select_option(str(desk.store_id))
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"**/stores/{desk.store_id}")


def turn_quiet_hours_off(desk: Desk) -> None:
    """Let emails arrive at any hour, also if the test runs at night."""
    page = desk.merchant.page
    page.goto(f"{desk.demo.portal_url}/account/notifications")
    page.get_by_label("No emails from").select_option("No quiet hours")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.").first).to_be_visible()


def lose_a_scope(desk: Desk) -> None:
    scopes = desk.ask("GET", f"/stores/{desk.store_id}")["scopes"]
    left = [scope for scope in scopes if scope != "read_orders"]
    desk.ask("PATCH", f"/stores/{desk.store_id}", scopes=left)
    page = desk.merchant.page
    page.goto(f"{desk.demo.portal_url}/stores/{desk.store_id}/sync")
    page.locator("#start-orders").click()
    page.goto(f"{desk.demo.portal_url}/stores/{desk.store_id}")
    expect(page.get_by_text("Permissions are missing").first).to_be_visible(timeout=SOON_MS)


def look_as_support(desk: Desk) -> None:
    desk.find_store()
    page = desk.operator.page
    page.get_by_role("main").get_by_role("link", name=STORE).click()
    expect(page.get_by_text(f"You are viewing {STORE} as support.")).to_be_visible()
    expect(page.get_by_text("Permissions are missing").first).to_be_visible()
    expect(page.get_by_role("button", name="Check again")).to_have_count(0)
    desk.operator.shoot("operator-views-a-store")
    timeline = desk.merchant.page
    timeline.goto(f"{desk.demo.portal_url}/stores/{desk.store_id}/timeline")
    expect(timeline.get_by_text("Support viewed this store")).to_be_visible()
    expect(timeline.get_by_text(SUPPORT)).to_have_count(0)
    page.goto(f"{desk.demo.portal_url}/operator/audit")
    expect(page.get_by_role("table")).to_contain_text("Viewed a store as support")


def reconnect(desk: Desk) -> None:
    page = desk.merchant.page
    page.goto(f"{desk.demo.portal_url}/stores/{desk.store_id}")
    page.get_by_role("button", name="Reconnect the store").click()
    consent(desk)
    expect_in_sync(page, COPY_MS)


@pytest.mark.promise(9)
def test_operator_invites_a_merchant_and_helps_when_a_permission_is_lost(
    demo: Demo, chromium: Browser
) -> None:
    desk = Desk(demo, chromium)
    begin_as_operator(desk)
    invite(desk)
    connect(desk)
    turn_quiet_hours_off(desk)
    desk.expect_health("Initial import finished", within_s=90)
    desk.operator.shoot("operator-all-stores")

    lose_a_scope(desk)
    desk.expect_health("Permissions missing", within_s=60)
    assert STORE in desk.letter(INVITEE, "ermission")
    assert STORE in desk.letter(SUPPORT, "ermission")
    look_as_support(desk)

    reconnect(desk)
    desk.expect_health("Initial import finished", within_s=90)
    page = desk.operator.page
    page.goto(f"{demo.portal_url}/operator/onboarding?status=")
    expect(page.get_by_role("table").last).to_contain_text("Ida of Loom & Thread")
    check_windows(desk.operator, desk.merchant)


def check_windows(*windows: Window) -> None:
    """Fail for a console error, and close the windows."""
    for window in windows:
        assert window.complaints == []
        window.page.context.close()
