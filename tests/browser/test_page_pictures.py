"""Pictures of pages have the size of their device, and lists have pictures of products."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from portal.models import Product
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.every_page import PageAddress, filled_portal
from tests.browser.page_pictures import DEVICES, MAX_HEIGHT, take_pictures, use_local_pictures

pytestmark = [pytest.mark.browser, pytest.mark.unmeasured]


def size_of(picture: Path) -> tuple[int, int]:
    """Return width and height of a PNG."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height


def test_each_page_has_four_pictures_and_a_missing_one_is_reported(
    runtime: Runtime, chromium: Browser, tmp_path: Path
) -> None:
    with filled_portal(create_app(runtime), runtime) as filled:
        Product.update(thumbnail_url="https://pictures.example/mug.png").execute()
        context = filled.context(chromium, is_anonymous=False)
        page = context.new_page()
        use_local_pictures(page)
        addresses = [
            PageAddress("products.index?q=mug&sort=name", "/stores/1003/products?q=mug", False),
            PageAddress("nowhere", "/stores/1003/nowhere", False),
        ]
        failed = take_pictures(page, addresses, tmp_path)
        page.goto(addresses[0].path)
        width = page.locator("img.thumbnail").first.evaluate(
            "(image) => image.decode().then(() => image.naturalWidth)"
        )
        context.close()

    assert failed == ["nowhere"]
    pictures = {path.parent.name: path for path in tmp_path.glob("*/*.png")}
    assert sorted(pictures) == ["desktop-dark", "desktop-light", "phone-dark", "phone-light"]
    for folder, path in pictures.items():
        assert path.name == "products.index-q=mug+sort=name.png"
        found, height = size_of(path)
        expected = DEVICES[folder.partition("-")[0]]
        assert found == expected[0]
        assert expected[1] <= height <= MAX_HEIGHT
    assert pictures["desktop-dark"].read_bytes() != pictures["desktop-light"].read_bytes()
    assert width > 0
