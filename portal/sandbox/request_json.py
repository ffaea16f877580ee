"""Strict reader of JSON in requests: it rejects values that can't be stored or returned."""

from __future__ import annotations

import math
from typing import Any

from flask.json.provider import DefaultJSONProvider

# Records contain bodies, and the readers of JSON in Python and SQLite end at 1,000 levels.
MAX_DEPTH = 100


class StrictJsonProvider(DefaultJSONProvider):
    """JSON provider whose reader raises ValueError for anything that isn't JSON by RFC 8259."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value of a JSON text.

        Python's own reader also takes NaN, numbers beyond the range of a float and halves of
        surrogate pairs, which can't be written as JSON in UTF-8.
        """
        try:
            value = super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error
        _check(value, 0)
        return value


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("the JSON is nested too deeply")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is out of range")
    if isinstance(value, str):
        value.encode()
    if isinstance(value, dict):
        for name in value:
            name.encode()
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth + 1)
