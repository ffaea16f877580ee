"""Script that renews the README's pictures from a running demo: ``make readme-pictures``."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from portal.demo import EMAIL, PASSWORD, Demo, on_tour, running
from portal.demo_operator import OPERATOR_EMAIL, OPERATOR_PASSWORD, current_code
from portal.demo_tour import BUSY, IMPORTING, REVOKED, Tour

IMAGES = Path(__file__).parent / "images"
DESKTOP = {"width": 1120, "height": 800}
PHONE = {"width": 390, "height": 800}
# The overview loads them after its first paint.
CHARTS = "#charts svg"
TIMEOUT_MS = 15_000
TOUR_TIMEOUT_S = 300


@dataclass(frozen=True)
class Picture:
    """One picture: what to open, until when to wait, and in what window."""

    name: str
    path: str
    shown: str  # selector of an element that the picture needs
    is_phone: bool = False
    is_dark: bool = False
    is_operator: bool = False
    extra_height: int = 0  # for what is below the first screen


PICTURES = (
    Picture("store", f"/stores/{BUSY}", CHARTS, extra_height=500),
    Picture("phone", f"/stores/{BUSY}", CHARTS, is_phone=True, is_dark=True),
    Picture("orders", f"/stores/{BUSY}/orders", "main table"),
    Picture("import", f"/stores/{IMPORTING}", "[data-state=initial_import]", is_phone=True),
    Picture("permission", f"/stores/{REVOKED}", "[data-state=action_required]", is_dark=True),
    Picture("operator", "/operator", "main table", is_operator=True, extra_height=250),
)


def main() -> None:
    """Run the demo with its tour and take the pictures."""
    with tempfile.TemporaryDirectory(prefix="s", dir="/tmp") as folder:
        demo = Demo.on_free_ports(Path(folder))
        with running(demo), on_tour(demo) as tour:
            _wait_for(tour)
            take_pictures(demo)


def take_pictures(demo: Demo) -> None:
    """Take all pictures of a running demo with one browser."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        states = {False: _sign_in(browser, demo, is_operator=False)}
        states[True] = _sign_in(browser, demo, is_operator=True)
        for picture in PICTURES:
            size = PHONE if picture.is_phone else DESKTOP
            context = browser.new_context(
                viewport={**size, "height": size["height"] + picture.extra_height},  # type: ignore[arg-type]
                color_scheme="dark" if picture.is_dark else "light",
                storage_state=states[picture.is_operator],  # type: ignore[arg-type]
                base_url=demo.portal_url,
            )
            page = context.new_page()
            page.goto(picture.path)
            page.locator(picture.shown).first.wait_for(timeout=TIMEOUT_MS)
            page.screenshot(path=IMAGES / f"{picture.name}.png")
            context.close()
        browser.close()


def _wait_for(tour: Tour) -> None:
    """Return when the tour has done its last step, and the daemon what follows."""
    until = time.monotonic() + TOUR_TIMEOUT_S
    while not tour.is_complete:
        if tour.error or time.monotonic() > until:
            raise SystemExit(f"the tour is not complete: {tour.error or tour.done}")
        time.sleep(1)
    time.sleep(15)


def _sign_in(browser: Browser, demo: Demo, *, is_operator: bool) -> object:
    """Sign in; return the cookies."""
    page = browser.new_page(base_url=demo.portal_url)
    page.goto("/login")
    page.get_by_label("Email").fill(OPERATOR_EMAIL if is_operator else EMAIL)
    page.get_by_label("Password").fill(OPERATOR_PASSWORD if is_operator else PASSWORD)
    _press_sign_in(page)
    if is_operator:
        page.get_by_label("Code").fill(current_code(demo.folder))
        _press_sign_in(page)
    page.wait_for_url("**/operator" if is_operator else "**/stores")
    state = page.context.storage_state()
    page.context.close()
    return state


def _press_sign_in(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


if __name__ == "__main__":
    main()
