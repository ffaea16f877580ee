"""Polls of live parts, as js/live.js sends them."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from tests.web.conftest import Visitor

_PART = re.compile(
    r'id="(?P<id>[^"]+)"\s+tabindex="-1"\s+hx-get="(?P<url>[^"]+)".*?'
    r'data-live-version="(?P<version>[^"]*)"',
    re.DOTALL,
)


def poll(browser: Visitor, page: TestResponse, version: str = "", **more: str) -> TestResponse:
    """Poll the live part of a page as its script does."""
    part = _PART.search(page.text)
    assert part, "the page has no live part"
    headers = {
        "HX-Request": "true",
        "HX-Target": part["id"],
        "Live-Version": version or part["version"],
        **more,
    }
    return browser.get(part["url"].replace("&amp;", "&"), headers=headers)
