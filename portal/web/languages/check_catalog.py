"""Faults of translations that can be found without knowing the language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

# A value such as %(count)s, an escaped percent sign (%%), or a single one.
_PLACEHOLDER = re.compile(r"%(?:%|\([^()]*\)[a-z])?")
_TAG = re.compile(r"</?[a-z][^<>]*>")
# Most languages write "one product" without the number.
_NUMBERS = {"%(num)d", "%(num)s"}


def missing_texts(catalog: Catalog) -> list[str]:
    """Return the texts without a translation, those with a guessed one, and incomplete plurals."""
    return [_shortened(message) for message in catalog if message.id and not is_translated(message)]


def is_translated(message: Message) -> bool:
    """Return whether a text has a translation of all its plural forms that is no guess."""
    return not message.fuzzy and all(_translations(message))


def problems_of(catalog: Catalog) -> Iterator[str]:
    """Yield one line for each translation that would show wrong values or break the page."""
    for message in catalog:
        if message.id:
            for text in filter(None, _translations(message)):
                for problem in _problems(_sources(message), text):
                    yield f"{problem}: {_shortened(message)} -> {text}"


def _problems(sources: tuple[str, ...], text: str) -> Iterator[str]:
    wanted = [set(_PLACEHOLDER.findall(source)) for source in sources]
    found = set(_PLACEHOLDER.findall(text))
    unknown = found - set.union(*wanted)
    lost = set.intersection(*wanted) - found
    if len(sources) > 1:
        lost -= _NUMBERS
    if unknown:
        yield f"unknown {', '.join(sorted(unknown))}"
    if lost:
        yield f"without {', '.join(sorted(lost))}"
    if Counter(_TAG.findall(text)) not in [Counter(_TAG.findall(source)) for source in sources]:
        yield "other HTML tags"
    if (text[:1].isspace(), text[-1:].isspace()) not in {
        (source[:1].isspace(), source[-1:].isspace()) for source in sources
    }:
        yield "other spaces at the ends"


def _sources(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (str(message.id),)


def _translations(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, (tuple, list)):
        return tuple(message.string)
    return (str(message.string or ""),)


def _shortened(message: Message) -> str:
    text = _sources(message)[0]
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - one line of a terminal
