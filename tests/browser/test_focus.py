"""Tab reaches every control of long pages, shows where it is in both themes, and goes on."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.every_page import filled_portal

# The tests of each page measure its code.
pytestmark = [pytest.mark.browser, pytest.mark.unmeasured]
PAGES = ("orders.new", "events.index", "account.notifications")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TABS_LIMIT = 120
# Contrast that WCAG asks of a focus ring with what is around it.
RING_CONTRAST = 3
# The focused control, with its outline's contrast to the nearest background that isn't clear.
_FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const light = (color) => {
    const parts = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  let around = element.parentElement;
  while (around && getComputedStyle(around).backgroundColor === "rgba(0, 0, 0, 0)")
    around = around.parentElement;
  const style = getComputedStyle(element);
  const [dim, bright] = [style.outlineColor, getComputedStyle(around || document.body)
    .backgroundColor].map(light).sort((one, other) => one - other);
  const hasRing = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  element.dataset.seen ||= String(++window.seenControls || (window.seenControls = 1));
  return {
    name: `${element.tagName} ${element.textContent.trim().slice(0, 30)}`,
    number: element.dataset.seen,
    // The browser outlines the parts of a date; styles don't show it.
    contrast: element.type?.startsWith("date") ? 21 : hasRing ? (bright + 0.05) / (dim + 0.05) : 0,
  };
}"""


def problems_of(page: Page) -> tuple[list[str], int]:
    """Tab through the page; return the controls without a visible ring, and how many it has."""
    found, seen = [], set()
    for _ in range(TABS_LIMIT):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        # After the last control, the focus leaves the page or begins again.
        if focused is None or (focused["number"] == "1" and len(seen) > 1):
            return found, len(seen)
        seen.add(focused["number"])
        if focused["contrast"] < RING_CONTRAST:
            found.append(f"{focused['name']}: {focused['contrast']:.1f}")
    return [*found, "the focus doesn't leave the page"], len(seen)


def test_focus_is_visible_on_every_control_and_leaves_the_page(
    runtime: Runtime, chromium: Browser
) -> None:
    found, counts = {}, {}
    with filled_portal(create_app(runtime), runtime, names=PAGES) as filled:
        context = filled.context(chromium, is_anonymous=False, reduced_motion="reduce")
        context.route("https://**", lambda route: route.abort())
        page = context.new_page()
        for address in filled.pages:
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                page.goto(address.path, wait_until="domcontentloaded")
                problems, counts[address.name, theme] = problems_of(page)
                if problems:
                    found[address.name, theme] = problems
        context.close()

    assert found == {}
    assert len(counts) == len(PAGES) * len(THEMES)
    assert min(counts.values()) > 15


def test_menu_opens_and_closes_by_keyboard_and_keeps_no_focus(
    runtime: Runtime, chromium: Browser
) -> None:
    with filled_portal(create_app(runtime), runtime, names=("stores.index",)) as filled:
        context = filled.context(
            chromium, is_anonymous=False, viewport={"width": 390, "height": 844}
        )
        page = context.new_page()
        page.goto(filled.pages[0].path)
        summary = page.locator(".main-menu__summary")
        summary.focus()
        page.keyboard.press("Enter")
        links = page.locator(".main-menu__list")
        assert links.is_visible()
        page.keyboard.press("Tab")
        assert links.evaluate("(menu) => menu.contains(document.activeElement)")
        page.keyboard.press("Escape")
        assert not links.is_visible()
        assert summary.evaluate("(element) => element === document.activeElement")
        context.close()
