"""Search texts ignore case, accents and widths; typed words become parts of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.records.search_text import (
    TEXT_LIMIT,
    TRIGRAM_LIMIT,
    document_text,
    fold,
    required_parts,
    required_trigrams,
    scope_key,
    trigrams,
)

SCOPE = scope_key("product", 1003)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MUG", "mug"),
        ("Ärmel", "ÄRMEL"),
        ("A\u0308rmel", "ärmel"),
        ("Ärmel", "Armel"),
        ("Чашка", "ЧАШКА"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "\u0131sparta"),
        ("Straße", "STRASSE"),
        ("STRAẞE", "straße"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("\uff2d\uff55\uff47", "mug"),
        ("ﬁne", "FINE"),
        ("5 l", "5\u00a0L"),
    ],
)
def test_spellings_fold_to_the_same_text(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("mug", "mugs"), ("кот", "код"), ("が", "か")])
def test_different_letters_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folded_text_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text(st.characters(max_codepoint=0x3000)), max_size=3))
def test_document_text_has_the_words_of_the_folded_values(values: list[str]) -> None:
    words = fold(" ".join(values)).split()

    assert document_text("", values).startswith("".join(f"  {word}" for word in words))


def test_document_text_has_all_words_after_the_scope() -> None:
    text = document_text(SCOPE, ["Stoneware  mug", None, "MUG-1", ""])

    assert text == f"{SCOPE}  stoneware  mug  mug-1"


def test_long_texts_are_cut() -> None:
    assert len(document_text(SCOPE, ["a" * 10_000])) == len(SCOPE) + 2 + TEXT_LIMIT


def test_scopes_differ_by_store_and_table() -> None:
    scopes = {scope_key(t, s) for t in ("product", "order") for s in range(1, 500)}

    assert len(scopes) == 998
    assert all(trigrams(scope) == [scope] for scope in scopes)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("", []),
        ("  ", []),
        ("\u0301", []),
        ("Mug", ["mug"]),
        ("mug MUG blue", ["mug", "blue"]),
        ("m", ["  m"]),
        ("mu g", [" mu", "  g"]),
        ("mu blue", ["mu", "blue"]),
        ("blue mu", ["blue", " mu"]),
        ("#1001", ["1001"]),
        ("#5", [" #5"]),
    ],
)
def test_typed_words_become_parts(typed: str, parts: list[str]) -> None:
    assert required_parts(typed) == parts


@pytest.mark.parametrize("typed", ["茶杯", "瓷茶", "杯", "陶瓷茶杯"])
def test_parts_of_text_without_spaces_are_found(typed: str) -> None:
    text = document_text(SCOPE, ["陶瓷茶杯 L"])

    assert all(part in text for part in required_parts(typed))


def test_trigrams_of_a_plural_are_those_that_its_singular_has() -> None:
    assert required_trigrams(SCOPE, ["boxes", "berries"]) == [SCOPE, "box", "ber", "err"]


def test_required_trigrams_start_with_the_scope_and_are_few() -> None:
    assert required_trigrams(SCOPE, ["mug", " bl"]) == [SCOPE, "mug", " bl"]
    assert len(required_trigrams(SCOPE, [chr(300 + n) * 3 for n in range(200)])) == TRIGRAM_LIMIT


@given(st.text(max_size=30), st.data())
def test_part_of_a_word_is_in_its_search_text(word: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(word)))
    part = word[start : data.draw(st.integers(start, len(word)))]
    text = document_text(SCOPE, [word])

    if len(fold(part)) >= 3 and not any(letter.isspace() for letter in fold(part)):
        (required,) = required_parts(part)
        assert required in text
        assert set(required_trigrams(SCOPE, [required])) <= set(trigrams(text))
