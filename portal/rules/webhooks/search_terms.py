"""Search terms of an event.

The search matches whole terms, not substrings: an index can list the matches of a term in the order
of the events, however common the term is. See docs/decisions/searching-events.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

TERM_LENGTH_LIMIT = 64
TERMS_LIMIT = 200
# The same for all events of a store, or searchable by other means.
_SKIPPED_FIELDS = frozenset({"eventId", "eventCreated", "storeId", "eventType"})
_TERM = re.compile(r"\w+")
_DEPTH_LIMIT = 20


def extract_terms(payload: Any) -> list[str]:
    """Return the distinct search terms of an event's values, including the entity's id, sorted.

    Field names are not included. An oversized payload contributes its first 200 terms.
    """
    found: dict[str, None] = {}
    for text in _values(payload):
        for word in tokenize(text):
            found.setdefault(word)
            if len(found) == TERMS_LIMIT:
                return sorted(found)
    return sorted(found)


def tokenize(text: str) -> list[str]:
    """Return a text's terms in their order: letters, digits and underscores, in lower case.

    An e-mail address yields several terms; longer terms are cut at 64 characters.
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
