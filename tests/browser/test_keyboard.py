"""Main workflows of a merchant by keyboard alone, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.models import ApiKey, Merchant, WebhookEndpoint
from portal.sandbox.admin_operations import add_store
from tests.browser.keyboard import Keyboard
from tests.browser.keyboard_portal import PRODUCT, Person, Portal, served_portal
from tests.browser.mails import mailed_link
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD, PASSWORD_HASH, let_confirmations_expire

# The tests of each page measure its code.
pytestmark = [pytest.mark.browser, pytest.mark.promise(12), pytest.mark.unmeasured]


@pytest.fixture(scope="module")
def portal(
    migrated_sqlite: Path, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """One portal for all workflows, because each has its own person and store."""
    folder = tmp_path_factory.mktemp("keyboard")
    with served_portal(migrated_sqlite, valkey_url, folder) as portal:
        yield portal


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def person(request: pytest.FixtureRequest, portal: Portal, chromium: Browser) -> Iterator[Person]:
    """A merchant with a browser."""
    portal.count += 1
    name = f"{chr(96 + portal.count)}-ware"
    merchant = make_merchant(email=f"{name}@example.com", password_hash=PASSWORD_HASH)
    before = list(chromium.contexts)
    yield Person(portal, chromium, request.param, merchant, name)
    for context in chromium.contexts:
        if context not in before:
            context.close()


def see(keys: Keyboard, text: str | re.Pattern[str]) -> None:
    """Expect a text on the page."""
    expect(keys.page.get_by_text(text).first).to_be_visible()


def test_signing_in(person: Person) -> None:
    keys = person.open("/", is_signed_in=False)
    keys.follow("Sign in", "link")
    assert keys.focused().name == "Email"

    keys.type("Email", person.merchant.email)
    keys.type("Password", PASSWORD)
    keys.submit()
    see(keys, "No store connected yet")
    keys.tab_to("Skip to content")
    keys.page.keyboard.press("Enter")
    keys.page.keyboard.press("Tab")

    assert keys.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_creating_an_account(person: Person) -> None:
    email = f"new.{person.merchant.email}"
    keys = person.open("/", is_signed_in=False)
    keys.follow("Create account", "link")
    keys.type("Email", email)
    keys.follow("Email me a link")
    see(keys, "Check your email")
    person.portal.run_jobs()
    folder = person.portal.runtime.settings.data_dir / "mail"
    keys.page.goto(mailed_link(folder, email, "/signup/"))

    keys.type("Password", "correct horse battery")
    keys.follow("Create account", "button")

    see(keys, "No store connected yet")
    assert Merchant.with_email(email) is not None


def allow(keys: Keyboard, person: Person) -> None:
    """Choose the person's store on Ecwid's page and allow access."""
    keys.choose("Your store", person.shop_name)
    keys.follow("Allow")


def test_connecting_a_store(person: Person) -> None:
    store_id = add_unconnected(person)
    keys = person.open("/stores")
    keys.follow("Connect a store", "link")
    keys.follow("Continue to Ecwid")
    allow(keys, person)

    see(keys, "Store connected. Your catalog is importing now.")
    assert keys.page.url.endswith(f"/stores/{store_id}")


def add_unconnected(person: Person) -> int:
    """Create a store at Ecwid that the portal doesn't know."""
    return add_store(person.portal.sandbox.parts, {"name": person.shop_name, "products": 2})


def test_finding_a_product(person: Person) -> None:
    keys = person.open_store()
    keys.type("Search the store", PRODUCT)
    keys.submit()
    keys.follow(PRODUCT, "link")

    expect(keys.page.get_by_role("heading", level=1)).to_have_text(PRODUCT)


def test_changing_the_status_of_an_order(person: Person) -> None:
    keys = person.open_store("/orders")
    see(keys, "Orders")
    links = keys.page.locator("main tbody a")
    number = " ".join(links.first.inner_text().split())
    keys.follow(number, "link")
    keys.choose("Fulfillment", "Shipped")
    keys.type("Tracking number", "TRACK-1")
    keys.follow("Save changes")
    person.portal.run_jobs()

    keys.page.reload()
    expect(keys.page.get_by_label("Tracking number")).to_have_value("TRACK-1")
    expect(keys.page.get_by_label("Fulfillment", exact=True)).to_have_value("SHIPPED")


def test_placing_an_order(person: Person) -> None:
    keys = person.open_store("/orders")
    keys.follow("New order", "link")
    keys.type("Add a product", "ash")
    keys.follow("Search products", "button")
    keys.follow(f"Add {PRODUCT}", "button")
    keys.type("Email", "ada@shopper.example")
    keys.follow("Calculate total", "button")
    see(keys, "Total:")
    keys.tab_to("Standard delivery…", "radio")
    keys.page.keyboard.press("ArrowUp")
    assert keys.focused().name.startswith("Pick up")
    keys.follow("Calculate total", "button")
    see(keys, "Total: €20.00")
    keys.follow("Place order", "button")
    person.portal.run_jobs()
    keys.page.reload()
    see(keys, "Order created in Ecwid")


def test_inviting_a_member(person: Person) -> None:
    keys = person.open_store("/team")
    keys.type("Email", f"colleague.{person.merchant.email}")
    keys.follow("Send invitation")
    see(keys, f"colleague.{person.merchant.email}")


def test_creating_and_revoking_an_api_key(person: Person) -> None:
    keys = person.open("/account/keys")
    let_confirmations_expire()
    keys.page.reload()
    keys.type("Name", "Warehouse")
    keys.press("View products…", role="checkbox")
    keys.type("Your password", PASSWORD)
    keys.follow("Create key")
    see(keys, "Warehouse")
    keys.follow("I've copied it", "link")
    keys.press("Revoke", "Enter")
    keys.follow("Revoke key")
    see(keys, "Revoked")
    assert ApiKey.get(merchant=person.merchant).revoked_at is not None


def test_adding_a_webhook_endpoint(person: Person) -> None:
    _ = person.shop
    keys = person.open("/account/webhooks")
    keys.follow("Add endpoint")
    keys.type("Name", "Warehouse")
    keys.type("URL", "https://warehouse.example/hook")
    keys.press("Product created…", role="checkbox")
    keys.follow("Add endpoint", "button")
    assert WebhookEndpoint.get(merchant=person.merchant).name == "Warehouse"


def test_reconnecting_a_store(person: Person) -> None:
    parts = person.portal.sandbox.parts
    store_id = person.shop.store_id
    parts.stores.uninstall(store_id)
    person.shop.sync()
    keys = person.open_store()
    keys.follow("Reconnect the store")
    allow(keys, person)
    see(keys, "Store reconnected.")
