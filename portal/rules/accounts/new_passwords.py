"""Passwords that are guessed first: common ones, simple patterns, and the account's own data.

NIST SP 800-63B, section 5.1.1.2: compare a new password with such lists, and require no kinds of
characters. Two spellings that differ in case, width or separators are the same here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from itertools import pairwise

from portal.i18n import N_

# The portal's own names, which are on each of its pages.
PORTAL_NAMES = ("Merchant portal", "Ecwid")
SHORTEST_OWN_WORD = 3
# A password with less than this beyond the account's own data, or that repeats less, is guessed.
SHORTEST_REST = 4
_LOOKALIKES = str.maketrans("@4301$57", "aaeolsst")


class PasswordRefusal(StrEnum):
    """Reason why a new password is refused; `PASSWORD_REFUSALS` has its text."""

    COMMON = "common"
    PATTERN = "pattern"
    OWN_DATA = "own_data"


PASSWORD_REFUSALS: dict[str, str] = {
    PasswordRefusal.COMMON: N_(
        "Many people use this password, so it's easy to guess. Use a few words that "
        "don't belong together."
    ),
    PasswordRefusal.PATTERN: N_(
        "This is a simple pattern, so it's easy to guess. Use a few words that don't "
        "belong together."
    ),
    PasswordRefusal.OWN_DATA: N_(
        "This contains your email address, your store's name or this portal's name, "
        "so it's easy to guess. Use other words."
    ),
}


def refuse_password(
    password: str, *, common: Collection[str], own_texts: Iterable[str]
) -> PasswordRefusal | None:
    """Return why the password is refused, or None.

    ``common`` has folded words, see `fold`. ``own_texts`` are the account's address and the names
    of its stores.
    """
    folded = fold(password)
    # Without letters and digits, the signs themselves are compared.
    unit = _repeated_unit(folded if len(folded) >= SHORTEST_REST else _plain(password))
    if len(unit) < SHORTEST_REST or _is_sequence(folded):
        return PasswordRefusal.PATTERN
    if any(guess in common for guess in (folded, unit, *_cores(password))):
        return PasswordRefusal.COMMON
    if _is_own_data(folded, own_texts, common):
        return PasswordRefusal.OWN_DATA
    return None


def fold(text: str) -> str:
    """Return the letters and digits of a text in one spelling: NFKC, case folded."""
    return "".join(letter for letter in _plain(text) if letter.isalnum())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _repeated_unit(text: str) -> str:
    """Return the shortest text that gives ``text`` when it is repeated."""
    return text[: (text + text).find(text, 1)] if text else ""


def _is_sequence(folded: str) -> bool:
    """Return whether each letter or digit is the next, or the previous, of the one before."""
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    return steps in ({1}, {-1})


def _cores(password: str) -> Iterator[str]:
    """Yield the password without the digits and signs around it, and with signs as letters."""
    plain = _plain(password)
    core = _strip(plain)
    yield fold(core)
    yield fold(core.translate(_LOOKALIKES))
    yield fold(_strip(plain.translate(_LOOKALIKES)))


def _strip(plain: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)


def _is_own_data(folded: str, own_texts: Iterable[str], common: Collection[str]) -> bool:
    """Return whether little or a common word is left without the words of the account's data."""
    texts = [*own_texts, *PORTAL_NAMES]
    parts = {part for text in texts for part in (text, *re.split(r"[\W_]+", _plain(text)))}
    words = {word for part in parts if len(word := fold(part)) >= SHORTEST_OWN_WORD}
    rest = folded
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    letters = rest.strip("0123456789")
    return rest != folded and (len(letters) < SHORTEST_REST or letters in common)
