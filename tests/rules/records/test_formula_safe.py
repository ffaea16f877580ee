"""Spreadsheets evaluate no cell of our files."""

from __future__ import annotations

import pytest

from portal.rules.records.formula_safe import formula_safe


@pytest.mark.parametrize("text", ["=1+1", "+49 228", "-5", "@SUM(A1)", "\tx", "\rx"])
def test_formulas_become_text(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "mug", "5", "a=1"])
def test_other_text_stays(text: str) -> None:
    assert formula_safe(text) == text
