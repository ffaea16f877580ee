"""Browser and system names from the User-Agent header."""

from __future__ import annotations

import pytest

from portal.web.browser_names import browser_name

GECKO = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (GECKO, "Firefox · Linux"),
        (EDGE, "Edge · Windows"),
        (PHONE, "Safari · iPhone"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_browser_is_named_with_its_system(agent: str, name: str) -> None:
    assert browser_name(agent) == name
