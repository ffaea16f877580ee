"""Differences of two OpenAPI documents, and the part of a document that is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ChangeKind(StrEnum):
    """Kind of a difference, by what it means for programs that call the API."""

    BREAKING = "breaking"
    ADDED = "added"
    CHANGED = "changed"
    DEPRECATED = "deprecated"


class Direction(StrEnum):
    """Whether a value is sent to the API or by it."""

    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"  # a response, to whose problems new ones may be added


@dataclass(frozen=True, order=True)
class Difference:
    """One difference; ``place`` is an operation, an event, or a field of a schema."""

    kind: ChangeKind
    place: str
    text: str

    def __str__(self) -> str:
        return f"`{self.place}`: {self.text}"


# Texts and examples may change at any time.
_TEXTS = {"description", "summary", "title", "example", "examples", "servers"}
_INFO = ("title", "version")
# Objects whose keys are names, not keywords: a field may be called "description".
_BY_NAME = {
    "content",
    "mapping",
    "paths",
    "properties",
    "responses",
    "schemas",
    "securitySchemes",
    "webhooks",
}


def frozen_shape(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document without its texts, examples and addresses; of headers, only the names."""
    info = {name: document["info"][name] for name in _INFO if name in document["info"]}
    shape: dict[str, Any] = _without_texts(document)
    return {name: value for name, value in shape.items() if name != "tags"} | {"info": info}


def _without_texts(value: Any, *, is_by_name: bool = False) -> Any:
    if isinstance(value, list):
        return [_without_texts(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: sorted(inner)
        if name == "headers" and not is_by_name
        else _without_texts(inner, is_by_name=name in _BY_NAME and not is_by_name)
        for name, inner in value.items()
        if is_by_name or name not in _TEXTS
    }
