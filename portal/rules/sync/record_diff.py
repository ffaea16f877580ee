"""Field by field differences between two versions of a raw record, short enough to store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, zip_longest
from typing import Any

FIELDS_LIMIT = 50
VALUE_LIMIT = 500
# Some field names are made up by users, such as the languages of a product's translations.
PATH_LIMIT = 200
# Deeper values are compared and shown as one value.
DEPTH = 6

_ABSENT: Any = object()


@dataclass(frozen=True)
class FieldChange:
    """A field's path, such as ``options[0].name``, and its values as JSON text.

    A value is None if the field was absent, and is cut at `VALUE_LIMIT` characters.
    """

    field: str
    before: str | None
    after: str | None

    @property
    def top_level_field(self) -> str:
        """Return the name of the top-level field that contains this one."""
        return self.field.partition(".")[0].partition("[")[0]


def diff_records(before: Any, after: Any) -> list[FieldChange]:
    """Return the differences between two versions of a record, at most `FIELDS_LIMIT`.

    Lists are compared by index.
    """
    return list(islice(_differences("", before, after, 0), FIELDS_LIMIT))


def _differences(path: str, before: Any, after: Any, depth: int) -> Iterator[FieldChange]:
    if before is not _ABSENT and after is not _ABSENT and before == after:
        return
    if depth < DEPTH and isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            inner = f"{path}.{name}" if path else str(name)
            yield from _differences(
                inner, before.get(name, _ABSENT), after.get(name, _ABSENT), depth + 1
            )
    elif depth < DEPTH and isinstance(before, list) and isinstance(after, list):
        pairs = zip_longest(before, after, fillvalue=_ABSENT)
        for place, (old, new) in enumerate(pairs):
            yield from _differences(f"{path}[{place}]", old, new, depth + 1)
    else:
        yield FieldChange(path[:PATH_LIMIT], _text(before), _text(after))


def _text(value: Any) -> str | None:
    if value is _ABSENT:
        return None
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)[:VALUE_LIMIT]
