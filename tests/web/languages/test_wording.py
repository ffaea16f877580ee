"""Texts that people read don't use words of the former wording; see docs/translating.md."""

from __future__ import annotations

import re

import pytest

from tests.pseudo_language import extracted

# Each is a regular expression for whole words, in any case of letters.
FORBIDDEN = (
    *("e-mails?", "anew", "meanwhile", "besides", "likewise", "mend(ed|s)?", "look after"),
    *("whom", "whoever", "somebody", "told", "tells", "is to be", "are to be", "stands?"),
    *("no longer good", "good until", "come to its end", "comes to its end", "in step"),
    *("all is well", "well again", "ever more", "set aside", "put aside", "put back", "given up"),
    *("look into", "look whether", "look further", "looked for", "dealt with", "as a rule"),
    *("first copy", "copy all again", "on the way", "by the clock", "keeps? in", "of its own"),
    *("under way", "goes on", "go on (to|with|below)", "hand (over|out)", "hand you", "catalogue"),
    *("in force", "nothing of it", "it is so", "here now", "mail me", "all the same"),
    *("asked for by", "in process", "ask for the price", "pieces", "farewell", "sent again"),
    *("what it is told", "what happened", "of theirs", "of yours", "for they", "second factor"),
    *("fulfilment", "colours?", "cancell(ed|ing)"),
)
# Ecwid's own name of a status.
ALLOWED = ("Cancelled",)
PATTERN = re.compile(rf"\b({'|'.join(FORBIDDEN)})\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    """Every text for people, without its placeholders, and the first file that has it."""
    return [
        (re.sub(r"%\(\w+\)[sd]", "…", text), message.locations[0][0])
        for message in extracted()
        if message.id
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    ]


def test_no_text_uses_the_former_wording(texts: list[tuple[str, str]]) -> None:
    wrong = [
        f"{file}: {found[0]!r} in {text!r}"
        for text, file in texts
        if text not in ALLOWED and (found := PATTERN.search(text))
    ]

    assert not wrong, "\n".join(wrong)


def test_percentages_are_written_by_the_language_and_not_in_texts(
    texts: list[tuple[str, str]],
) -> None:
    assert [text for text, _file in texts if re.search("… ?%", text)] == []


def test_no_text_is_empty_or_ends_in_a_space(texts: list[tuple[str, str]]) -> None:
    assert len(texts) > 2000
    assert [text for text, _file in texts if not text or text != text.strip()] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("This link is no longer good.", "no longer good"),
        ("Look into both mailboxes", "Look into"),
        ("Send an e-mail", "e-mail"),
    ],
)
def test_former_wording_is_recognized(text: str, word: str) -> None:
    found = PATTERN.search(text)

    assert found is not None
    assert found[0] == word
