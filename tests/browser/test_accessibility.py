"""Every page passes axe's checks and fits its window, from a small phone to a desktop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from flask import Flask, template_rendered
from jinja2 import Template
from playwright.sync_api import Browser, Page

from portal.paths import TEMPLATES
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.answer_pages import ANSWERED, answer_pages
from tests.browser.axe import contrast_violations, load_axe, violations
from tests.browser.every_page import filled_portal, html_pages
from tests.browser.page_layout import too_wide
from tests.factories import make_merchant
from tests.web.change_sender import make_world
from tests.web.route_rows import make_rows

# The tests of each page measure its code.
pytestmark = [pytest.mark.browser, pytest.mark.unmeasured]
# Parts of the walk, so that test processes share it.
PARTS = 4
HEIGHT = 844
DESKTOP, PHONE = 1280, 360
# All rules but contrast, at a desktop in the light theme and at a phone in the dark one: themes
# change colors only. Contrast in both themes at both widths.
RULES_AT = {DESKTOP: "light", PHONE: "dark"}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (DESKTOP, 768, PHONE, 320)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_passes_axe_and_fits_each_window(
    runtime: Runtime, chromium: Browser, part: int
) -> None:
    found: dict[str, list[str]] = {}
    checked: set[str] = set()
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
            found[address.name] = problems_of(window, checked)
        for window in windows.values():
            window.context.close()

    assert {name: problems for name, problems in found.items() if problems} == {}
    assert len(found) > 100 / PARTS


def test_refusals_errors_and_secrets_pass_axe_and_fit_each_window(
    runtime: Runtime, portal: str, chromium: Browser
) -> None:
    found: dict[str, list[str]] = {}
    checked: set[str] = set()
    app = create_app(runtime)
    with rendered_templates(app) as rendered:
        pages = dict(answer_pages(app, make_world(runtime)))
    context = chromium.new_context(base_url=portal, reduced_motion="reduce")
    context.route(
        "**/answer", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
    )
    window = context.new_page()
    for name, html in pages.items():  # noqa: B007 - the route above answers with it
        window.goto("/answer", wait_until="domcontentloaded")
        found[name] = problems_of(window, checked)
    context.close()

    assert {name: problems for name, problems in found.items() if problems} == {}
    assert {"connect/denied", "error 404", "POST api_keys.make"} <= set(found)
    assert len([name for name in found if name.endswith("refused")]) > 20
    assert set(rendered) >= ANSWERED


def test_template_of_every_page_is_among_the_checked_ones(runtime: Runtime) -> None:
    owner = make_merchant(email="owner@example.com", operator_role=OperatorRole.ADMIN)
    staff, guest = make_merchant(email="staff@example.com"), make_merchant(email="g@example.com")
    app, rows = create_app(runtime), make_rows(runtime, owner, staff, invited=guest)
    with rendered_templates(app) as rendered:
        # The last template is that of the page, because a page is yielded after its response.
        walked = {rendered[-1] for _ in html_pages(app, owner, rows)}

    of_pages = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if path.parent.name != "layouts" and path.read_text().startswith("{% extends")
    }
    assert of_pages - walked - {"operator/layout.html"} == ANSWERED


def test_texts_with_too_little_contrast_are_found_in_each_theme(chromium: Browser) -> None:
    window = chromium.new_page()
    checked: set[str] = set()

    def found(text: str, background: str, theme: Literal["light", "dark"]) -> list[str]:
        window.set_content(
            "<style>main {background: white; color: black} @media (prefers-color-scheme: dark)"
            f"{{main {{background: {background}; color: {text}}}}}</style><main>Text</main>"
        )
        load_axe(window)
        window.emulate_media(color_scheme=theme)
        return contrast_violations(window, checked)

    assert found("black", "black", "light") == []
    assert found("#777", "#555", "dark") == ["color-contrast: <main>Text</main>"]
    assert found("#777", "#555", "dark") == ["color-contrast: <main>Text</main>"]
    assert found("white", "black", "dark") == []
    assert len(checked) == 2
    window.close()


@contextmanager
def rendered_templates(app: Flask) -> Iterator[list[str]]:
    """Collect the names of the templates that the app renders."""
    names: list[str] = []

    def note(_app: Flask, template: Template, **_more: object) -> None:
        names.append(str(template.name))

    with template_rendered.connected_to(note, app):
        yield names


def problems_of(window: Page, checked: set[str]) -> list[str]:
    """Return what axe finds on the open page, and the elements wider than each window.

    ``checked`` has the combinations of colors that have enough contrast.
    """
    problems = []
    load_axe(window)
    for width in WIDTHS:
        window.set_viewport_size({"width": width, "height": HEIGHT})
        for theme in THEMES if width in RULES_AT else ():
            window.emulate_media(color_scheme=theme)
            problems += contrast_violations(window, checked)
            problems += violations(window) if theme == RULES_AT[width] else []
        problems += [f"at {width}: {wide}" for wide in too_wide(window)]
    return sorted(set(problems))
