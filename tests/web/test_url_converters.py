"""Texts in URLs and forms are IDs only if a row can have them."""

from __future__ import annotations

import pytest

from portal.web.url_converters import LARGEST_KEY, key_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7", 7),
        (str(LARGEST_KEY), LARGEST_KEY),
        (str(LARGEST_KEY + 1), None),
        ("0" * 19 + "1" + "9" * 30, None),
        ("9" * 5000, None),
        *((text, None) for text in ("", "0", "-1", "1.5", "x", "\u0661", "\u00b2")),
    ],
)
def test_only_numbers_that_a_row_can_have_are_ids(text: str, found: int | None) -> None:
    assert key_in(text) == found
