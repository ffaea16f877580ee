"""Fixtures that run the demo or a portal alone, and a Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from portal.demo import Demo, running
from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.health_word import IN_SYNC_WORDS
from portal.services.accounts.passwords import hash_password
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.served_app import served
from tests.factories import make_merchant, make_recovery_code

SCREENSHOTS = Path("var/screenshots")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
PASSWORD = "a few good words"
WAYS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": DESK},
    "phone": {"viewport": PHONE},
    "phone-without-javascript": {"viewport": PHONE, "java_script_enabled": False},
}


@pytest.fixture(scope="package")
def demo(short_folder: Path) -> Iterator[Demo]:
    """The whole product, as `make demo` runs it, in its own folder.

    It ends with the browser tests, because a daemon without work costs processor time as well.
    """
    demo = Demo.on_free_ports(short_folder / "demo")
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            # Coverage would double the run time of its processes; tests/test_demo.py measures them.
            # Only for their start, because later tests of this process measure what they start.
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
            stack.enter_context(running(demo))
        yield demo


@pytest.fixture(scope="package")
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
    """Browser window that collects console errors and screenshots."""

    page: Page
    complaints: list[str]

    def shoot(self, name: str) -> None:
        """Save a screenshot of the whole page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def is_wider_than_the_screen(self) -> bool:
        """Return whether the page needs horizontal scrolling."""
        size = self.page.viewport_size
        assert size
        width: int = self.page.evaluate("document.documentElement.scrollWidth")
        return width > size["width"]


def expect_in_sync(page: Page, timeout_ms: float) -> None:
    """Wait until the store's page has the state of a finished import, in whatever words."""
    states = ", ".join(f'.live[data-state="{word}"]' for word in IN_SYNC_WORDS)
    expect(page.locator(states)).to_be_visible(timeout=timeout_ms)


def open_window(browser: Browser, **options: object) -> Window:
    """Open a window with its own context; collect its console errors."""
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


@pytest.fixture
def merchant(runtime: Runtime) -> Merchant:
    """An operator with an account."""
    return make_merchant(password_hash=hash_password(PASSWORD), operator_role=OperatorRole.ADMIN)


@pytest.fixture
def portal(runtime: Runtime) -> Iterator[str]:
    """The URL of the portal; no daemon runs, so jobs stay in the queue."""
    with served(create_app(runtime)) as url:
        yield url


@pytest.fixture(params=WAYS)
def window(
    request: pytest.FixtureRequest, chromium: Browser, portal: str, merchant: Merchant
) -> Iterator[Window]:
    """A window with a signed-in merchant; any console error fails the test."""
    window = open_window(chromium, base_url=portal, **WAYS[request.param])
    window.page.goto("/login")
    window.page.get_by_label("Email").fill(merchant.email)
    window.page.get_by_label("Password").fill(PASSWORD)
    window.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    window.page.get_by_label("Code").fill(make_recovery_code(merchant))
    window.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    window.page.wait_for_url("**/operator")
    yield window
    assert not window.is_wider_than_the_screen()
    assert window.complaints == []
    window.page.context.close()
