"""Script that renews the README's screenshots from a running demo: ``make screenshots``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, sync_playwright

from portal.demo import EMAIL, PASSWORD, STORE_ID, Demo, running

IMAGES = Path(__file__).parent / "images"
DESK = {"width": 1120, "height": 760}
PHONE = {"width": 390, "height": 760}
COPY_TIMEOUT_MS = 120_000


def main() -> None:
    """Connect the demo's store and take the screenshots."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="s", dir="/tmp") as folder:
        demo = Demo.on_free_ports(Path(folder))
        with running(demo), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            _connect(_signed_in(browser, demo, DESK), demo)
            _change_some(demo)
            for name, size in (("store", DESK), ("phone", PHONE)):
                page = _signed_in(browser, demo, size)
                page.goto(f"{demo.portal_url}/stores/{STORE_ID}")
                page.get_by_text("Processed").first.wait_for()
                page.screenshot(path=IMAGES / f"{name}.png")
            browser.close()


def _signed_in(browser: Browser, demo: Demo, size: dict[str, int]) -> Page:
    page = browser.new_context(viewport=size).new_page()  # type: ignore[arg-type]
    page.goto(f"{demo.portal_url}/login")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/stores")
    return page


def _connect(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.portal_url}/connect")
    page.get_by_role("button", name="Continue to Ecwid").click()
    page.get_by_role("button", name="Allow").click()
    page.get_by_text("All is well").wait_for(timeout=COPY_TIMEOUT_MS)


def _change_some(demo: Demo) -> None:
    url = f"{demo.sandbox_url}/_sandbox/api/stores/{STORE_ID}/price-changes"
    requests.post(url, json={"count": 3}, timeout=30).raise_for_status()


if __name__ == "__main__":
    main()
