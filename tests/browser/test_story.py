"""Main workflow in a real browser: sign up, connect, watch, change, see."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.demo import EMAIL, PASSWORD, PRODUCTS, STORE_ID, Demo
from tests.browser.conftest import DESK, PHONE, Window, expect_in_sync, open_window
from tests.browser.mails import mailed_link

pytestmark = pytest.mark.browser

NEW_EMAIL = "ann@example.com"
NEW_PASSWORD = "correct horse battery"
COPY_TIMEOUT_MS = 90_000
CHANGE_TIMEOUT_MS = 10_000


def sign_up(window: Window, demo: Demo) -> None:
    page = window.page
    page.goto(demo.portal_url)
    window.shoot("01-home")
    page.get_by_role("link", name="Create account").first.click()
    page.get_by_label("Email").fill(NEW_EMAIL)
    page.get_by_role("button", name="Email me a link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    page.goto(mailed_link(demo.folder / "mail", NEW_EMAIL, "/signup/"))
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("No store connected yet")).to_be_visible()
    window.shoot("02-no-store-yet")


def connect(window: Window) -> None:
    page = window.page
    page.get_by_role("main").get_by_role("link", name="Connect a store").click()
    window.shoot("03-connect")
    page.get_by_role("button", name="Continue to Ecwid").click()
    expect(page.get_by_role("heading", name="asks for access")).to_be_visible()
    window.shoot("04-consent")
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"**/stores/{STORE_ID}")


def watch(window: Window) -> None:
    page = window.page
    bar = page.get_by_role("progressbar", name="Products")
    expect(bar).to_be_visible()
    expect(page.get_by_text("Your store is importing now")).to_be_visible()
    some = re.compile(r"[1-9][\d,]* of 10,000")
    expect(page.locator(".progress", has_text="Products")).to_contain_text(some)
    window.shoot("05-arriving")
    expect_in_sync(page, COPY_TIMEOUT_MS)
    expect(page.locator(".stat", has_text="Products").first).to_contain_text(f"{PRODUCTS:,}")
    expect(page.locator(".card", has_text="Plan").first).to_contain_text("All features")
    window.shoot("06-in-step")


def change_in_the_store(page: Page, demo: Demo, product_id: str, price: str) -> None:
    """Change a price on the sandbox's own pages, as the merchant."""
    page.goto(f"{demo.sandbox_url}/_sandbox/stores/{STORE_ID}/products/{product_id}")
    page.get_by_label("Price").fill(price)
    page.get_by_role("button", name="Save").click()


def test_merchant_connects_a_store_and_watches_its_sync(demo: Demo, chromium: Browser) -> None:
    window = open_window(chromium)
    page = window.page
    sign_up(window, demo)
    connect(window)
    watch(window)

    page.get_by_role("link", name="View products").click()
    expect(page.get_by_text(f"of {PRODUCTS:,}")).to_be_visible()
    window.shoot("07-products")
    page.get_by_role("table").get_by_role("link").nth(3).click()
    product_id = page.url.rpartition("/")[2]
    expect(page.get_by_text("4,321.50")).to_have_count(0)
    change_in_the_store(window_beside(window), demo, product_id, "4321.50")

    expect(page.get_by_text("€4,321.50").first).to_be_visible(timeout=CHANGE_TIMEOUT_MS)
    window.shoot("08-changed-product")
    page.get_by_role("link", name="Overview").click()
    recent = page.locator(".activity__line").first
    expect(recent).to_contain_text(re.compile("Product .+ updated|Price of .+ changed"))
    expect(recent).to_contain_text("Processed")
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_text("8 of 8 permissions granted")).to_be_visible()
    window.shoot("09-connection")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You're signed out.")).to_be_visible()
    assert window.complaints == []


def window_beside(window: Window) -> Page:
    """Return a second tab."""
    return window.page.context.new_page()


@pytest.mark.promise(12)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("device", "size"), [("phone", PHONE), ("desk", DESK)])
def test_every_page_fits_the_screen(
    demo: Demo, chromium: Browser, scheme: str, device: str, size: dict[str, int]
) -> None:
    window = open_window(chromium, viewport=size, color_scheme=scheme)
    page = window.page
    sign_in(page, demo)
    paths = {
        "stores": "/stores",
        "connect": "/connect",
        "home": "/",
    }

    for name, path in paths.items():
        page.goto(f"{demo.portal_url}{path}")
        window.shoot(f"{device}-{scheme}-{name}")
        assert not window.is_wider_than_the_screen(), path
        assert page.locator("h1, h2").first.is_visible()

    assert window.complaints == []


@pytest.mark.promise(12)
def test_portal_works_without_javascript(demo: Demo, chromium: Browser) -> None:
    window = open_window(chromium, java_script_enabled=False)
    page = window.page

    sign_in(page, demo)
    page.goto(f"{demo.portal_url}/connect")
    page.get_by_role("button", name="Continue to Ecwid").click()
    page.get_by_role("button", name="Deny").click()

    expect(page.get_by_role("heading", name="You didn't allow access")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You're signed out.")).to_be_visible()


@pytest.mark.promise(12)
def test_portal_works_with_the_keyboard(demo: Demo, chromium: Browser) -> None:
    page = open_window(chromium).page
    page.goto(f"{demo.portal_url}/login")

    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/stores")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.url.endswith("#main")


def sign_in(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.portal_url}/login")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/stores")
