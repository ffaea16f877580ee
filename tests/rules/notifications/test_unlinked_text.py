"""Texts of other people keep their words in emails, but become neither links nor long lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.notifications.unlinked_text import NAME_LIMIT, one_line, unlinked

# Texts that mail programs turn into links: addresses with a scheme, domains, e-mail addresses.
LINKS = re.compile(r"\w+:\S|\w\.\w|\S@\S")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Clay & Co", "Clay & Co"),
        ("Dr. Clay, since 1990.", "Dr. Clay, since 1990."),
        ("https://evil.example/?a=b", "https:\u200c//evil.\u200cexample/?a=b"),
        ("win@evil.example", "win@\u200cevil.\u200cexample"),
        ("tel:123", "tel:\u200c123"),
        ("a\r\nBcc: b\x00\u202ec", "a Bcc: bc"),
        ("x" * 200, "x" * (NAME_LIMIT - 1) + "…"),
    ],
)
def test_text_is_shown_without_links(text: str, shown: str) -> None:
    assert unlinked(text) == shown


@settings(max_examples=100, database=None)
@given(st.text("ab.@:/ \n\u200b\u202e\0", max_size=12))
def test_no_text_becomes_a_link(text: str) -> None:
    assert not LINKS.search(unlinked(text).replace("\u200c", " "))
    assert unlinked(text).replace("\u200c", "") == one_line(text)
