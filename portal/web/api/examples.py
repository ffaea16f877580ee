"""Hold the examples of the document; tests send each of them and get just this answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_READ = "2026-03-01T12:00:05Z"


@dataclass(frozen=True)
class Example:
    """Hold one call, to a store with the mug of the tests, and its answer."""

    path: str
    answer: Any
    body: Any = None
    status: int = 200


EXAMPLES: dict[str, Example] = {}
