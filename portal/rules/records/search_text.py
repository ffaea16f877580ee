"""Search text of a record, and the parts of it that a typed search requires.

Both databases compare letters by different rules, so all texts are folded here, and the databases
compare bytes. An index of trigrams (three consecutive characters) finds the records that may have a
part; the part is then looked up in the record's search text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from unicodedata import normalize

from portal.rules.records.word_forms import shared_beginning

# Longer texts of one record are cut; Ecwid's names and SKUs have at most 255 characters.
TEXT_LIMIT = 4_000
# More words of a typed search are ignored.
WORD_LIMIT = 40
# More trigrams would not narrow the search any further.
TRIGRAM_LIMIT = 48
_SIZE = 3
_TRIGRAM = re.compile("(?=(..[^ ]))", re.DOTALL)
# Before each word. So " mu" and "  m" are trigrams, and find words by their first letters.
_PAD = "  "

# Accents of Latin, Greek and Cyrillic letters. Marks of other scripts distinguish words.
_ACCENTS = re.compile("[\u0300-\u036f]+")
# Turkish has an i without a dot; a typed I can mean either.
_DOTLESS = str.maketrans("\u0131", "i")
# Chinese and Japanese characters, which are written without spaces between words.
_UNSPACED = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+")
# Private characters, which no keyboard has: 2 ** 15 of them, from this one on.
_PRIVATE, _PRIVATE_BITS = 0xF0000, 15


def fold(text: str) -> str:
    """Return the text without the differences that a search ignores: case, accents, widths.

    Source: the Unicode Standard, section 3.13, "Default Caseless Matching"; compatibility forms
    are decomposed, and accents dropped. ``ß`` becomes ``ss``, the Turkish ``İ`` becomes ``i``.
    """
    if text.isascii():
        return text.lower()
    bare = _ACCENTS.sub("", normalize("NFKD", text)).casefold().translate(_DOTLESS)
    return _ACCENTS.sub("", normalize("NFKD", bare))


def scope_key(mirror_table: str, store_id: int) -> str:
    """Return three characters that start the search texts of a store's records in one table.

    They are a trigram, so the index finds only these records. Another store has the same key with a
    probability of 1 in 2 ** 45; compare the store, too.
    """
    digest = blake2b(f"{mirror_table}:{store_id}".encode(), digest_size=8).digest()
    number, mask = int.from_bytes(digest), 2**_PRIVATE_BITS - 1
    return "".join(
        chr(_PRIVATE + (number >> shift & mask))
        for shift in range(0, _SIZE * _PRIVATE_BITS, _PRIVATE_BITS)
    )


def document_text(scope: str, values: Iterable[str | None]) -> str:
    """Return the search text of a record with these values, such as its name and SKU."""
    given = " ".join(filter(None, values))
    text = given.lower() if given.isascii() else " ".join(map(_fold_word, given.split()))
    words = text[:TEXT_LIMIT].split()
    if text.isascii():
        return _PAD.join((scope, *words))
    runs = [run for word in words if not word.isascii() for run in _UNSPACED.findall(word)]
    pairs = [run[at : at + 2] for run in runs for at in range(len(run))]
    return scope + "".join(_PAD + word for word in (*words, *pairs))


# Cached, because the words of names repeat.
@lru_cache(maxsize=4096)
def _fold_word(word: str) -> str:
    return fold(word)


def required_parts(typed: str) -> list[str]:
    """Return the parts that a search text must contain to match; none if nothing was typed.

    A word of three characters or more may be anywhere in a word; a shorter one must begin a word,
    because the index has no shorter parts. Before a longer word, the first one may be the end of a
    word that was not copied as a whole. People write "#1001" for an order whose number is 1001.
    """
    words = list(dict.fromkeys(map(_without_hash, fold(typed).split()[:WORD_LIMIT])))
    parts = [word if len(word) >= _SIZE else _PAD[len(word) - 1 :] + word for word in words]
    if any(len(word) >= _SIZE for word in words):
        parts[0] = words[0]
    return parts


def _without_hash(word: str) -> str:
    bare = word.removeprefix("#")
    # A shorter rest would have to begin a word, so it would not find "#5".
    return bare if len(bare) >= _SIZE else word


def trigrams(text: str) -> list[str]:
    """Return the distinct trigrams of a text, in the order of their first appearance.

    Those that end with a blank are left out, because no part ends with one.
    """
    return list(dict.fromkeys(_TRIGRAM.findall(text)))


def required_trigrams(scope: str, parts: Sequence[str]) -> list[str]:
    """Return the trigrams that the search text of a match has, at most `TRIGRAM_LIMIT`.

    Of a word with other forms, only those of the letters that all forms share.
    """
    shared = map(shared_beginning, parts)
    found = dict.fromkeys(trigram for part in shared for trigram in trigrams(part))
    return [scope, *found][:TRIGRAM_LIMIT]
