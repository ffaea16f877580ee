"""Plurals and singulars of regular nouns in English, Spanish and German."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.records.search_text import fold
from portal.rules.records.word_forms import other_forms, shared_beginning


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("mugs", "mug"),
        ("boxes", "box"),
        ("berries", "berry"),
        ("berry", "berries"),
        ("knives", "knife"),
        ("shelves", "shelf"),
        ("shelf", "shelves"),
        ("tazas", "taza"),
        ("papeles", "papel"),
        ("narices", "nariz"),
        ("nariz", "narices"),
        ("Tassen", "tasse"),
        ("Bücher", "Buch"),
        ("Tische", "Tisch"),
        ("Autos", "Auto"),
    ],
)
def test_plural_and_singular_are_forms_of_each_other(typed: str, other: str) -> None:
    assert fold(other) in other_forms(fold(typed))


@pytest.mark.parametrize(
    "typed", ["glass", "es", "bus", "sku-1s", "a1s", "чашки", "ana@lopes", "hen", "tee", " ms"]
)
def test_word_without_a_plural_ending_has_no_other_form(typed: str) -> None:
    assert other_forms(typed) == ()


@given(st.from_regex("[a-z]{1,12}", fullmatch=True))
def test_all_forms_of_a_word_share_three_letters(word: str) -> None:
    assert all(form.startswith(shared_beginning(word)) for form in (word, *other_forms(word)))
    assert len(shared_beginning(word)) >= min(3, len(word))
