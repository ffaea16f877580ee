"""Life of a connection in a real browser: it fails in each way, is explained, and recovers."""

from __future__ import annotations

import email
import email.policy
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from portal.demo import EMAIL, PASSWORD, Demo
from portal.models import utc_now
from portal.models.fields import moment_text
from tests.browser.conftest import Window, expect_in_sync, open_window

pytestmark = pytest.mark.browser

NAME = "Wax & Wick"
# A refused call or an event shows the problem within this time.
SOON_MS = 15_000
LONG_AFTER_S = 3600
# The refused call and the one that confirms it, over all processes.
CALLS_OF_THE_DEAD = 2


class Walk:
    """Merchant's session with one small store, and changes to the store in the sandbox."""

    def __init__(self, demo: Demo, window: Window) -> None:
        self.demo, self.page, self.window = demo, window.page, window
        self.api = f"{demo.sandbox_url}/_sandbox/api"
        self.store_id = self.ask("POST", "/stores", name=NAME, products=3)["store_id"]
        self.letters: set[str] = set(self._letters())

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """Call the sandbox's own API."""
        answer = requests.request(method, f"{self.api}{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def change(self, **changes: Any) -> None:
        """Change the store in the sandbox."""
        self.ask("PATCH", f"/stores/{self.store_id}", **changes)

    def add_product(self, name: str) -> None:
        """Add a product to the store; it sends a webhook only while the app is installed."""
        self.ask("POST", f"/stores/{self.store_id}/products", name=name, price=5)

    def without_message(self, method: str, path: str, **body: Any) -> None:
        """Change something at the store, and delay Ecwid's webhook until after the test."""
        self.ask("PUT", "/switches", webhook_delay_s=LONG_AFTER_S)
        self.ask(method, f"/stores/{self.store_id}{path}", **body)
        self.ask("PUT", "/switches", webhook_delay_s=0)

    def settle(self, **changes: Any) -> None:
        """Solve the store's problem, and press the button that checks it: faster than a webhook."""
        self.without_message("PATCH", "", **changes)
        self.page.get_by_role("button", name="Check again").click()

    def overview(self, path: str = "") -> None:
        """Open a page of the store."""
        self.page.goto(f"{self.demo.portal_url}/stores/{self.store_id}{path}")

    def sync_now(self) -> None:
        """Start a sync from its page, so that a call meets the problem."""
        self.overview("/sync")
        self.page.locator("#start-products").click()

    def consent(self) -> None:
        """Allow access to this store on Ecwid's page."""
        self.page.locator("select[name=store_id]").select_option(str(self.store_id))
        self.page.get_by_role("button", name="Allow").click()
        self.page.wait_for_url(f"**/stores/{self.store_id}")

    def reconnect(self) -> None:
        """Press the reconnect button that every page of the broken store has."""
        self.page.get_by_role("button", name="Reconnect the store").click()
        self.consent()

    def expect_trouble(self, sentence: str) -> None:
        """Expect the problem on the page within seconds."""
        self.overview()
        expect(self.page.get_by_text(sentence).first).to_be_visible(timeout=SOON_MS)

    def expect_well(self) -> None:
        """Expect that the store works again and the catch-up is complete."""
        self.overview()
        expect_in_sync(self.page, 30_000)
        expect(self.page.get_by_text("Caught up: all changes")).to_be_visible(timeout=SOON_MS)

    def expect_product(self, name: str) -> None:
        """Expect a product that was added during the outage."""
        self.overview("/products")
        expect(self.page.get_by_text(name)).to_be_visible()

    def expect_letter(self, words: str) -> str:
        """Return the merchant's new e-mail with ``words``, sent without its delay."""
        with closing(sqlite3.connect(self.demo.folder / "portal.db", timeout=20)) as database:
            now = moment_text(utc_now())
            database.execute("UPDATE notification SET due_at = ? WHERE state = 'waiting'", (now,))
            database.commit()

        def found() -> str | None:
            return next((text for text in self._letters().values() if words in text), None)

        return wait_for(found, f"an e-mail that contains {words!r}")

    def _letters(self) -> dict[str, str]:
        known = getattr(self, "letters", set())
        texts = {}
        for path in sorted((self.demo.folder / "mail").glob("*.eml")):
            if path.name not in known:
                letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                body = letter.get_body(("plain",))  # type: ignore[attr-defined]
                if letter["To"] == EMAIL:  # the demo's operator gets e-mails, too
                    texts[path.name] = f"{letter['Subject']}\n{body.get_content()}"
        return texts


def wait_for(look: Callable[[], Any], what: str, timeout_s: float = 30) -> Any:
    """Return the first true value of ``look``."""
    deadline = time.monotonic() + timeout_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.2)
    return found


@pytest.fixture
def walk(demo: Demo, chromium: Browser) -> Walk:
    """A merchant with a connected store whose backfill is complete."""
    window = open_window(chromium)
    walk = Walk(demo, window)
    sign_in(walk.page, demo)
    walk.page.goto(f"{demo.portal_url}/account/notifications")
    walk.page.locator("select[name=quiet_from]").select_option(label="No quiet hours")
    walk.page.get_by_role("button", name="Save").click()
    walk.page.goto(f"{demo.portal_url}/connect")
    walk.page.get_by_role("button", name="Continue to Ecwid").click()
    walk.consent()
    expect_in_sync(walk.page, 30_000)
    return walk


def sign_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.portal_url}/login")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/stores")


def test_connection_fails_in_every_way_and_recovers(walk: Walk) -> None:
    lose_a_scope(walk)
    fall_to_free(walk)
    get_suspended(walk)
    uninstall_and_reinstall(walk)
    die(walk)

    assert walk.window.complaints == []


def lose_a_scope(walk: Walk) -> None:
    scopes = walk.ask("GET", f"/stores/{walk.store_id}")["scopes"]
    walk.change(scopes=[scope for scope in scopes if scope != "read_catalog"])
    walk.sync_now()
    walk.expect_trouble("Permissions are missing")
    letter = walk.expect_letter(NAME)
    walk.add_product("Beeswax block")
    link = re.search(r"http://\S+/reconnect", letter)
    assert link, letter
    walk.page.goto(link[0])
    expect(walk.page.get_by_text("These permissions are missing")).to_be_visible()
    walk.page.get_by_role("button", name="Continue to Ecwid").click()
    walk.consent()
    walk.expect_well()
    walk.expect_product("Beeswax block")


def fall_to_free(walk: Walk) -> None:
    walk.change(plan="Free")
    walk.expect_trouble("has no API access")
    walk.add_product("Tealight")
    walk.settle(plan="Business")
    walk.expect_well()
    walk.expect_product("Tealight")


def get_suspended(walk: Walk) -> None:
    walk.change(suspended=True)
    walk.expect_trouble("is paused or suspended in Ecwid")
    walk.settle(suspended=False)
    walk.expect_well()


def uninstall_and_reinstall(walk: Walk) -> None:
    walk.ask("POST", f"/stores/{walk.store_id}/uninstall")
    walk.expect_trouble("Our app was removed from this store")
    expect(walk.page.get_by_text("We keep the data until")).to_be_visible()
    walk.add_product("Candle wick")
    walk.reconnect()
    walk.expect_well()
    walk.expect_product("Candle wick")


def die(walk: Walk) -> None:
    walk.ask("DELETE", "/requests")
    walk.without_message("POST", "/uninstall")
    walk.sync_now()
    walk.expect_trouble("no longer accepts our access")
    walk.overview("/products")
    refused = walk.ask("GET", "/dead-tokens")
    walk.reconnect()
    walk.expect_well()
    counts = [dead["count"] for dead in refused if dead["store_id"] == walk.store_id]
    assert sum(counts) <= CALLS_OF_THE_DEAD, refused
