"""Main pages stay readable at 200 % and with texts that are 40 % longer, and move nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page

import portal.email
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.every_page import FilledPortal, filled_portal
from tests.browser.page_layout import moving_rules, shortened_texts, too_wide, unreadable_texts
from tests.pseudo_language import BEGIN, END, PSEUDO, offer, translated_texts, write_pseudo_catalog

# The tests of each page measure its code.
pytestmark = [pytest.mark.browser, pytest.mark.unmeasured]
PAGES = (
    "account.index",
    "account.security_activity",
    "api_keys.index",
    "channels.index",
    "connect.index",
    "coupons.index",
    "customers.index",
    "customers.show",
    "endpoints.index",
    "events.index",
    "events.show",
    "operator.onboarding_list",
    "operator.stores",
    "operator.work",
    "orders.index",
    "orders.new",
    "orders.show",
    "products.index",
    "products.show",
    "search.index",
    "stores.connection",
    "stores.index",
    "exports.index",
    "stores.show",
    "sync.index",
    "team.index",
)
HEIGHT = 860
TEXT, LARGE_TEXT = 16, 32
# A window of 1280 px, zoomed by the browser, is 640 px wide; larger text alone leaves its width.
AT_200_PERCENT = ((640, TEXT), (1280, LARGE_TEXT))
WITH_LONGER_TEXTS = ((390, TEXT), (1280, TEXT))


@pytest.fixture
def filled(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[FilledPortal]:
    """A served portal with rows for its main pages; it offers the pseudo language, too."""
    write_pseudo_catalog(tmp_path, texts=translated_texts())
    offer(monkeypatch, PSEUDO, folder=tmp_path)
    with filled_portal(create_app(runtime), runtime, names=PAGES) as filled:
        assert {page.name for page in filled.pages} == set(PAGES)
        yield filled
    portal.email._environment.cache_clear()


def set_text_size(devtools: CDPSession, size: int) -> None:
    """Set the browser's size of text; lengths in rem and media queries follow it."""
    sizes = {"standard": size, "fixed": size}
    devtools.send("Page.setFontSizes", {"fontSizes": sizes})


def found_on_pages(
    filled: FilledPortal,
    chromium: Browser,
    windows: tuple[tuple[int, int], ...],
    language: str,
    problems_of: Callable[[Page], list[str]],
) -> dict[str, list[str]]:
    """Return the problems by page, width and size of text."""
    context = filled.context(chromium, is_anonymous=False, locale=language, reduced_motion="reduce")
    # Pictures of other hosts, which no address answers here.
    context.route("https://**/*", lambda route: route.abort())
    page, found = context.new_page(), {}
    devtools = context.new_cdp_session(page)
    for address in filled.pages:
        page.goto(address.path, wait_until="domcontentloaded")
        for width, size in windows:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            set_text_size(devtools, size)
            root = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
            assert page.evaluate(root) == size
            problems = too_wide(page) + unreadable_texts(page) + problems_of(page)
            if problems:
                found[f"{address.name} at {width} px, text of {size} px"] = problems
    context.close()
    return found


def shortened_translations(page: Page) -> list[str]:
    """Return the texts of the portal that an ellipsis shortens; names may be."""
    assert BEGIN in page.title()
    texts = shortened_texts(page)
    return [f"shortened: {text}" for text in texts if text[:1] == BEGIN and text[-1:] == END]


def test_main_pages_are_readable_at_200_percent_and_with_longer_texts(
    filled: FilledPortal, chromium: Browser
) -> None:
    zoomed = found_on_pages(filled, chromium, AT_200_PERCENT, "en", lambda _page: [])
    longer = found_on_pages(filled, chromium, WITH_LONGER_TEXTS, PSEUDO, shortened_translations)

    assert zoomed == {}
    assert longer == {}


def test_nothing_moves_for_people_who_prefer_less_motion(portal: str, chromium: Browser) -> None:
    context = chromium.new_context(base_url=portal)
    page = context.new_page()
    page.goto("/login")
    rules = moving_rules(page)
    context.close()

    # All pages have the same styles.
    assert rules == []
