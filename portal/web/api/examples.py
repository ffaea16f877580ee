"""Examples of the OpenAPI document; the tests send each one and compare the response."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec


class Example(msgspec.Struct):
    """One call to the store that the tests set up, and its response."""

    path: str
    response: Any
    body: Any = None
    status: int = 200
    headers: dict[str, str] = {}


def _read() -> dict[str, Example]:
    text = (Path(__file__).parent / "examples.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Example])


EXAMPLES: dict[str, Example] = _read()
