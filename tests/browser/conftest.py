"""Run the demo as it is, and a Chromium to look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from portal.demo import Demo, running

SCREENSHOTS = Path("var/screenshots")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}


@pytest.fixture(scope="session")
def demo(short_folder: Path) -> Iterator[Demo]:
    """The whole product, as `make demo` runs it, in a folder of its own."""
    demo = Demo.on_free_ports(short_folder / "demo")
    with running(demo):
        yield demo


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "install Chromium: make chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@dataclass
class Window:
    """A browser window that collects complaints and pictures."""

    page: Page
    complaints: list[str]

    def shoot(self, name: str) -> None:
        """Leave a picture of the whole page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def is_wider_than_the_screen(self) -> bool:
        """Tell whether one would have to scroll sideways."""
        size = self.page.viewport_size
        assert size
        width: int = self.page.evaluate("document.documentElement.scrollWidth")
        return width > size["width"]


def open_window(browser: Browser, **options: object) -> Window:
    """Open a window of its own; what the browser complains about is kept."""
    context = browser.new_context(**({"viewport": DESK} | options))  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console",
        lambda line: (
            complaints.append(f"{line.text} {line.location}")
            if line.type in ("error", "warning")
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return Window(page, complaints)
