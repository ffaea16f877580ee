"""Every page passes axe's checks and fits its window, from a small phone to a desktop."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Page

from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.answer_pages import answer_pages
from tests.browser.axe import load_axe, violations
from tests.browser.every_page import filled_portal
from tests.browser.page_layout import too_wide
from tests.web.change_sender import make_world

# The tests of each page measure its code.
pytestmark = [pytest.mark.browser, pytest.mark.unmeasured]
# Parts of the walk, so that test processes share it.
PARTS = 4
HEIGHT = 844
# Axe looks at a desktop in the light theme and at a phone in the dark one. Themes change colors
# only, and widths don't change them.
AXE_AT = {1280: "light", 360: "dark"}
# Answers are drawn by the same components as the pages of the walk.
AXE_AT_ANSWERS = {360: "dark"}
WIDTHS = (1280, 768, 360, 320)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_passes_axe_and_fits_each_window(
    runtime: Runtime, chromium: Browser, part: int
) -> None:
    found: dict[str, list[str]] = {}
    part_of_pages = slice(part, None, PARTS)
    with filled_portal(create_app(runtime), runtime, part_of_pages, has_long_words=True) as filled:
        windows = {}
        for is_anonymous in (False, True):
            context = filled.context(chromium, is_anonymous=is_anonymous, reduced_motion="reduce")
            # Pictures of other hosts, which no address answers here.
            context.route("https://**/*", lambda route: route.abort())
            windows[is_anonymous] = context.new_page()
        for address in filled.pages:
            window = windows[address.is_anonymous]
            window.goto(address.path, wait_until="domcontentloaded")
            found[address.name] = problems_of(window, AXE_AT)
        for window in windows.values():
            window.context.close()

    assert {name: problems for name, problems in found.items() if problems} == {}
    assert len(found) > 100 / PARTS


def test_refusals_errors_and_secrets_pass_axe_and_fit_each_window(
    runtime: Runtime, portal: str, chromium: Browser
) -> None:
    found: dict[str, list[str]] = {}
    app = create_app(runtime)
    pages = dict(answer_pages(app, make_world(runtime)))
    context = chromium.new_context(base_url=portal, reduced_motion="reduce")
    context.route(
        "**/answer", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
    )
    window = context.new_page()
    for name, html in pages.items():  # noqa: B007 - the route above answers with it
        window.goto("/answer", wait_until="domcontentloaded")
        found[name] = problems_of(window, AXE_AT_ANSWERS)
    context.close()

    assert {name: problems for name, problems in found.items() if problems} == {}
    assert {"connect/denied", "error 404", "POST api_keys.make"} <= set(found)
    assert len([name for name in found if name.endswith("refused")]) > 20


def problems_of(window: Page, axe_at: Mapping[int, str]) -> list[str]:
    """Return what axe finds on the open page, and the elements wider than each window."""
    problems = []
    load_axe(window)
    for width in WIDTHS:
        window.set_viewport_size({"width": width, "height": HEIGHT})
        if width in axe_at:
            window.emulate_media(color_scheme=axe_at[width])  # type: ignore[arg-type]
            problems += violations(window)
        problems += [f"at {width}: {wide}" for wide in too_wide(window)]
    return sorted(set(problems))
