"""Texts that differ only in their line ends are the same."""

from __future__ import annotations

import pytest

from portal.rules.orders.line_ends import document_with_line_feeds, with_line_feeds


@pytest.mark.parametrize("text", ["a\nb\n\nc", "a\r\nb\r\n\r\nc", "a\rb\r\rc", "a\r\nb\n\rc"])
def test_every_line_end_becomes_a_line_feed(text: str) -> None:
    assert with_line_feeds(text) == "a\nb\n\nc"


def test_texts_of_a_document_have_line_feeds() -> None:
    document = {"comment": "a\r\nb", "lines": [{"options": {"x\r\ny": "z\r"}, "quantity": 2}]}

    assert document_with_line_feeds(document) == {
        "comment": "a\nb",
        "lines": [{"options": {"x\ny": "z\n"}, "quantity": 2}],
    }
