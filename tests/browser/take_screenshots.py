"""Pictures of every page in var/screenshots, with full and with empty lists: ``make screenshots``.

pytest collects this module only by its name, because a person judges its pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from peewee import Value
from playwright.sync_api import Browser

from portal.config import Settings
from portal.models import Product
from portal.sandbox.server import SandboxServer
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.answer_pages import answer_pages
from tests.browser.empty_portal import empty_pages
from tests.browser.every_page import PageAddress, html_pages
from tests.browser.full_portal import full_portal
from tests.browser.page_pictures import take_pictures, use_local_pictures
from tests.browser.served_app import served, signed_in_context
from tests.shop import with_sandbox
from tests.web.change_sender import make_world

pytestmark = [pytest.mark.browser, pytest.mark.unmeasured]
FOLDER = Path("var/screenshots")
# Test processes share the walk.
PARTS = 2
NO_MATCH = "q=nowhere"


@pytest.fixture
def settings(settings: Settings, sandbox: SandboxServer) -> Settings:
    """Settings with the sandbox as Ecwid."""
    return with_sandbox(settings, sandbox)


@pytest.mark.parametrize("part", range(PARTS))
def test_full_pages(runtime: Runtime, chromium: Browser, part: int) -> None:
    failed = []
    with full_portal(runtime) as portal:
        address = Value("https://pictures.example/").concat(Product.remote_id)
        Product.update(thumbnail_url=address).execute()
        owners = portal.sign_in(chromium).new_page()
        strangers = chromium.new_context(base_url=portal.url).new_page()
        use_local_pictures(owners)
        pages = list(one_of_each(html_pages(portal.app, portal.owner, portal.rows)))
        for address in pages[part::PARTS]:
            page = strangers if address.is_anonymous else owners
            failed += take_pictures(page, [address], FOLDER / "full")
        owners.context.close()
        strangers.context.close()

    assert failed == []


def test_empty_pages(runtime: Runtime, sandbox: SandboxServer, chromium: Browser) -> None:
    app, failed = create_app(runtime), []
    with served(app) as url:
        for empty in empty_pages(app, runtime, sandbox):
            page = signed_in_context(chromium, app, url, empty.person).new_page()
            pages = [each for each in one_of_each(empty.pages) if not each.is_anonymous]
            failed += take_pictures(page, pages, FOLDER / "empty")
            page.context.close()

    assert failed == []


def test_answers(runtime: Runtime, portal: str, chromium: Browser) -> None:
    """Take pictures of refusals, errors and secrets, which no address shows again."""
    page = chromium.new_context(base_url=portal).new_page()
    page.route(
        "**/answer", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
    )
    failed = []
    for name, html in answer_pages(create_app(runtime), make_world(runtime)):  # noqa: B007 - the route above answers with it
        address = PageAddress(name, "/answer", is_anonymous=True)
        failed += take_pictures(page, [address], FOLDER / "answers")
    page.context.close()

    assert failed == []


def one_of_each(addresses: Iterable[PageAddress]) -> Iterator[PageAddress]:
    """Yield one address of each page, and those of searches without a match."""
    seen = set()
    for address in addresses:
        endpoint = address.name.partition("?")[0]
        if endpoint not in seen or NO_MATCH in address.name:
            seen.add(endpoint)
            yield address
