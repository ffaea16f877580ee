"""Other forms of a typed word: its singular if it is a plural, its plural if that isn't longer.

A search finds parts of words, so "mug" finds "mugs" without any rule. The endings are those of
regular nouns in English, Spanish and German, whose vowels have no accents after folding. Irregular
plurals (children, mice) are not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

# Pairs of an ending and what replaces it, tried on every word.
_ENGLISH_AND_SPANISH = (
    ("ies", "y"),
    ("ves", "f"),
    ("ves", "fe"),
    ("ces", "z"),
    ("es", ""),
    ("s", ""),
    ("y", "ies"),
    ("f", "ves"),
    ("fe", "ves"),
    ("z", "ces"),
)
_GERMAN = (("en", ""), ("n", ""), ("er", ""), ("e", ""))
# Letters that both forms share: the index finds nothing by fewer than three. German endings are
# frequent in other words, so they leave more.
_SHARED, _SHARED_IN_GERMAN = 3, 4


@lru_cache(maxsize=1024)
def other_forms(word: str) -> tuple[str, ...]:
    """Return other forms of a folded word; none unless it consists of the letters a to z.

    They are whole ends of words: "boxes" may mean "box" and "toolbox", but not "boxing".
    """
    if not (word.isascii() and word.isalpha()):
        return ()
    found = [
        word.removesuffix(ending) + other
        for ending, other in _ENGLISH_AND_SPANISH
        if word.endswith(ending) and not word.endswith("ss")
    ]
    shared = [form for form in found if len(_shared((word, form))) >= _SHARED]
    shared += [
        word.removesuffix(ending)
        for ending, _ in _GERMAN
        if word.endswith(ending) and len(word) - len(ending) >= _SHARED_IN_GERMAN
    ]
    return tuple(dict.fromkeys(shared))


def shared_beginning(word: str) -> str:
    """Return the letters with which the word and all its other forms begin."""
    return _shared((word, *other_forms(word)))


def _shared(words: Sequence[str]) -> str:
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*words, strict=False))
    return "".join(letters[0] for letters in same)
