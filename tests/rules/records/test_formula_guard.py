"""Spreadsheets calculate no guarded cell, and readers get every text back exactly."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.rules.records.formula_guard import FormulaGuard, guarded, guarded_json
from portal.services.records.csv_lines import csv_lines

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
SIGNS = {"standard": "=@\uff1d\uff20", "strict": "=@\uff1d\uff20+-\uff0b\uff0d"}
TEXTS = st.text("='@\t+-\ra1 ;\n\0\ufeff\xa0\uff1d\uff0b\"", max_size=6)
# Characters that a spreadsheet skips before a sign, as Unicode calls them.
SKIPPED = ("Zs", "Zl", "Zp", "Cc", "Cf")


@pytest.fixture(scope="module")
def original_text() -> Any:
    """The function of the guide, as a developer would copy it."""
    (program,) = re.findall(r"```python\n(import re\n\nBLANK.*?)```", GUIDE, re.DOTALL)
    known: dict[str, Any] = {}
    exec(program, known)
    return known["original_text"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("'=1", "''=1"),
        ("''@", "'''@"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("\n=1", "'\n'=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff20SUM", "'\uff20SUM"),
        (" =1", " '=1"),
        ("\0=1", "\0'=1"),
        ("\ufeff=1", "\ufeff'=1"),
        ("\xa0=1", "\xa0'=1"),
        ("a;=1+1", "a;'=1+1"),
        ("a\t=1+1;@x", "a\t'=1+1;'@x"),
        ("a\r\n=1", "a\r\n'=1"),
        ('a;"=1"', 'a;"\'=1"'),
        ("a;\u200b '=1", "a;\u200b ''=1"),
    ],
)
def test_formulas_are_guarded(text: str, cell: str) -> None:
    assert guarded(text) == guarded(text, FormulaGuard.STRICT) == cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("+49 228 1234", "'+49 228 1234"),
        ("-5", "'-5"),
        ("'+1", "''+1"),
        ("\uff0b1", "'\uff0b1"),
        ("a;-1", "a;'-1"),
    ],
)
def test_plus_and_minus_are_guarded_only_if_strict(text: str, cell: str) -> None:
    assert guarded(text) == text
    assert guarded(text, FormulaGuard.STRICT) == cell


@pytest.mark.parametrize("text", ["", "mug", "5", "a=1", "a = 1", "'", "'n Sync", "a; b", "a\tb"])
def test_other_texts_stay(text: str) -> None:
    assert guarded(text) == guarded(text, FormulaGuard.STRICT) == text


def test_long_run_of_blanks_is_read_once() -> None:
    text = ";" + "\t" * 1_000_000  # takes hours if each blank is a start

    assert guarded(text) == text


@pytest.mark.parametrize("guard", FormulaGuard)
@settings(max_examples=100, database=None)
@given(value=st.lists(TEXTS, max_size=3))
@example(value=["a;=1"])
def test_lists_keep_their_values(guard: FormulaGuard, value: list[str]) -> None:
    text = guarded_json(msgspec.json.encode(value).decode(), guard)

    assert msgspec.json.decode(text) == value
    assert_no_formula(text, guard)


@pytest.mark.parametrize("guard", FormulaGuard)
@settings(max_examples=200, database=None)
@given(texts=st.lists(st.one_of(TEXTS, st.text(max_size=6)), min_size=1, max_size=3))
@example(texts=["'=1", "'", "\r\n", '"=', ""])
def test_file_gives_back_every_text(
    original_text: Any, guard: FormulaGuard, texts: list[str]
) -> None:
    (cells,) = csv.reader(io.StringIO(csv_lines([texts], guard).decode(), newline=""))

    for cell in cells:
        assert_no_formula(cell, guard)
    assert [original_text(cell, SIGNS[guard]) for cell in cells] == texts


def assert_no_formula(cell: str, guard: FormulaGuard) -> None:
    """Check each part that a spreadsheet with another separator would read as a cell."""
    for part in re.split(r"[;\t\r\n]", cell):
        seen = "".join(
            char for char in part if char != '"' and unicodedata.category(char) not in SKIPPED
        )
        assert not seen.startswith(tuple(SIGNS[guard]))
