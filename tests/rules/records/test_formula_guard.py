"""Spreadsheets calculate no guarded cell, and readers get every text back exactly."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.rules.records.formula_guard import FormulaGuard, guarded
from portal.services.records.csv_lines import csv_lines

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
STARTS = {"standard": "=@\t", "strict": "=@\t+-\r"}
TEXTS = st.text("='@\t+-\ra1 ", max_size=4)


@pytest.fixture(scope="module")
def original_text() -> Any:
    """The function of the guide, as a developer would copy it."""
    (program,) = re.findall(r"```python\n(def original_text.*?)```", GUIDE, re.DOTALL)
    known: dict[str, Any] = {}
    exec(program, known)
    return known["original_text"]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "\tx", "'=1", "''@"])
def test_formulas_are_guarded(text: str) -> None:
    assert guarded(text) == guarded(text, FormulaGuard.STRICT) == f"'{text}"


@pytest.mark.parametrize("text", ["+49 228 1234", "-5", "\rx", "'+1"])
def test_signs_are_guarded_only_if_strict(text: str) -> None:
    assert guarded(text) == text
    assert guarded(text, FormulaGuard.STRICT) == f"'{text}"


@pytest.mark.parametrize("text", ["", "mug", "5", "a=1", "'", "'n Sync", " =1"])
def test_other_texts_stay(text: str) -> None:
    assert guarded(text) == guarded(text, FormulaGuard.STRICT) == text


@pytest.mark.parametrize("guard", FormulaGuard)
@settings(max_examples=200, database=None)
@given(texts=st.lists(st.one_of(TEXTS, st.text(max_size=6)), min_size=1, max_size=3))
@example(texts=["'=1", "'", "\r\n", '"=', ""])
def test_file_gives_back_every_text(
    original_text: Any, guard: FormulaGuard, texts: list[str]
) -> None:
    (cells,) = csv.reader(io.StringIO(csv_lines([texts], guard).decode(), newline=""))

    assert not any(cell.startswith(guard.starts) for cell in cells)
    assert [original_text(cell, STARTS[guard]) for cell in cells] == texts
