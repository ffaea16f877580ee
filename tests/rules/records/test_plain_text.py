"""Descriptions lose their markup and keep their lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.records.plain_text import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Thrown by hand", "Thrown by hand"),
        ("<p>Thrown</p>\n<p>by <em>hand</em></p>", "Thrown\nby hand"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>", "a\nb"),
        ("a\nb", "a b"),
        ("Salt &amp; pepper, 3 &lt; 5&nbsp;g", "Salt & pepper, 3 < 5 g"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ("<<b>x</b>", "<x"),
        ("<style>p { color: red }</style>Red", "Red"),
        ("<script>if (a < b) { x('</p>') }</script>Shown", "Shown"),
        ("<script>never closed <p>hidden</p>", ""),
        ("<!-- <p>hidden</p> -->shown<!DOCTYPE html>", "shown"),
        ("shown<!-- never closed <p>x</p>", "shown"),
        ('<img src="a.jpg" alt="x">after', "after"),
        ("<p></p><p>&nbsp;</p>", ""),
        ("<p", ""),
    ],
)
def test_text_is_what_a_browser_shows(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@given(st.text(alphabet="<>/!-p b&;\n", max_size=60))
def test_any_text_has_lines_without_blank_ones(markup: str) -> None:
    lines = plain_text(markup).split("\n")

    assert lines == [""] or all(line.strip() == line != "" for line in lines)
