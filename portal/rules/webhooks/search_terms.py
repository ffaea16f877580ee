"""Say which words of an event it is found by.

Words, not any part of the text: what is found by words can be listed in the order of the events
along an index, however common a word is. See docs/decisions/searching-events.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

TERM_LENGTH_LIMIT = 64
TERMS_LIMIT = 200
# The same for all events of a store, or found by other means.
_SKIPPED_FIELDS = frozenset({"eventId", "eventCreated", "storeId", "eventType"})
_TERM = re.compile(r"\w+")
_DEPTH_LIMIT = 20


def extract_terms(payload: Any) -> list[str]:
    """Return the different words of an event's values, the entity's id among them, sorted.

    Names of fields are no words of it. Of a payload that is longer than any of Ecwid's the first
    200 words count.
    """
    found: dict[str, None] = {}
    for text in _values(payload):
        for word in tokenize(text):
            found.setdefault(word)
            if len(found) == TERMS_LIMIT:
                return sorted(found)
    return sorted(found)


def tokenize(text: str) -> list[str]:
    """Return a text's words in their order: letters, digits and underscores, without their case.

    An e-mail address is several words; of a longer word the first 64 characters count.
    """
    return [word.casefold()[:TERM_LENGTH_LIMIT] for word in _TERM.findall(text.replace("\x00", ""))]


def _values(payload: Any, depth: int = 0) -> Iterator[str]:
    if depth > _DEPTH_LIMIT:
        return
    if isinstance(payload, Mapping):
        for name, value in payload.items():
            if depth or name not in _SKIPPED_FIELDS:
                yield from _values(value, depth + 1)
    elif isinstance(payload, list):
        for value in payload:
            yield from _values(value, depth + 1)
    elif payload is not None and not isinstance(payload, bool):
        yield str(payload)
