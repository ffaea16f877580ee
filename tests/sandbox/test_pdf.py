"""Tests for minimal PDF files."""

from __future__ import annotations

import re

from portal.sandbox.pdf import text_pdf


def test_the_table_of_a_pdf_points_to_its_objects() -> None:
    file = text_pdf(["First line", "Second line"])

    start = int(re.findall(rb"startxref\n(\d+)", file)[0])
    offsets = [int(o) for o in re.findall(rb"^(\d{10}) 00000 n $", file[start:], re.MULTILINE)]
    assert file.startswith(b"%PDF-1.4\n")
    assert file[start:].startswith(b"xref\n0 6\n")
    assert [file[o:].split(b" ", 1)[0] for o in offsets] == [b"1", b"2", b"3", b"4", b"5"]


def test_the_length_of_the_text_is_right() -> None:
    file = text_pdf(["First line", "Second line"])

    length, text = re.findall(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", file, re.DOTALL)[0]
    assert len(text) == int(length)
    assert b"(First line) Tj T* (Second line) Tj" in text


def test_special_characters_do_not_end_a_line() -> None:
    file = text_pdf(["a)\\(b\nc", "Zürich, 漢"])

    assert rb"(a\)\\\(b c) Tj" in file
    assert "(Zürich, ?) Tj".encode("latin-1") in file
