"""Read the examples of the document; tests send each of them and get just this answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


class Example(msgspec.Struct):
    """Hold one call, to the store that the tests make, and its answer."""

    path: str
    answer: Any
    body: Any = None
    status: int = 200
    headers: dict[str, str] = {}


def _read() -> dict[str, Example]:
    text = (Path(__file__).parent / "examples.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Example])


EXAMPLES: dict[str, Example] = _read()
