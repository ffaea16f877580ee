"""Pictures of pages on a desktop and on a phone, in the light and the dark theme."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from tests.browser.every_page import PageAddress

DEVICES = {"desktop": (1280, 860), "phone": (390, 844)}
THEMES = ("light", "dark")
# Lower parts of a long list look like its first rows.
MAX_HEIGHT = 3_000
PICTURE_HOSTS = "https://**/*"
# Pictures below the window are lazy.
_LOAD_PICTURES = """() => Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => null);
}))"""


def use_local_pictures(page: Page) -> None:
    """Answer requests for pictures of products, which Ecwid's servers have, with drawings."""
    page.route(PICTURE_HOSTS, _draw)


def take_pictures(page: Page, addresses: Iterable[PageAddress], folder: Path) -> list[str]:
    """Write DEVICE-THEME/NAME.png for each page; return the pages that did not answer 200."""
    for device in DEVICES:
        for theme in THEMES:
            (folder / f"{device}-{theme}").mkdir(parents=True, exist_ok=True)
    failed = []
    for address in addresses:
        response = page.goto(address.path)
        if response is None or response.status != 200:
            failed.append(address.name)
            continue
        page.evaluate(_LOAD_PICTURES)
        for device, (width, height) in DEVICES.items():
            page.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                _shoot(page, folder / f"{device}-{theme}" / f"{file_name(address)}.png")
    return failed


def file_name(address: PageAddress) -> str:
    """Return the page's name without characters that need quotes in a shell."""
    return address.name.translate(str.maketrans("?&:/@ ", "-++..-"))


def _shoot(page: Page, path: Path) -> None:
    height = page.evaluate("document.documentElement.scrollHeight")
    size = page.viewport_size
    assert size is not None
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(height, MAX_HEIGHT)}
    page.screenshot(path=path, full_page=True, clip=clip, animations="disabled")  # type: ignore[arg-type]


def _draw(route: Route) -> None:
    """Answer with a vase; its color is one of the address."""
    hue = sha256(urlsplit(route.request.url).path.encode()).digest()[0] * 360 // 256
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320" viewBox="0 0 48 48">'
        f'<rect width="48" height="48" fill="hsl({hue} 40% 88%)"/>'
        f'<path d="M19 8h10l-2 7c8 5 9 17 1 25h-8c-8-8-7-20 1-25z" fill="hsl({hue} 45% 45%)"/>'
        "</svg>"
    )
    route.fulfill(body=drawing, content_type="image/svg+xml")
