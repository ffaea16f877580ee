"""Checks of a JSON body that msgspec doesn't make: texts as they can be stored and are declared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from portal.errors import InvalidFieldError
from portal.rules.orders.request_fields import AMOUNT_PATTERN

_AMOUNT = re.compile(AMOUNT_PATTERN, re.ASCII)
_NUL = "\x00"


def with_whole_numbers(value: Any) -> Any:
    """Return a JSON document with 5 in place of 5.0, which JSON Schema counts as a whole number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: with_whole_numbers(inner) for name, inner in value.items()}
    return [with_whole_numbers(inner) for inner in value] if isinstance(value, list) else value


def check_body(document: Any, struct_type: type[msgspec.Struct]) -> None:
    """Raise InvalidFieldError for a JSON document with an amount that is no text, or with U+0000.

    msgspec also reads numbers as amounts, but a client's floating-point numbers aren't exact. Its
    patterns accept a line feed behind the end that they declare.
    """
    _check_texts(document, "")
    _check_declared(document, _type_info(struct_type), "")


def _check_texts(value: Any, path: str) -> None:
    if isinstance(value, str) and _NUL in value:
        # PostgreSQL can't store this character in text.
        problem = "must not contain the character U+0000"
        raise InvalidFieldError(path, "invalid_character", problem)
    for step, inner in _items(value):
        _check_texts(step, path)
        _check_texts(inner, _joined(path, step))


def _check_declared(value: Any, kind: inspect.Type, path: str) -> None:
    for alternative in alternatives(kind):
        match alternative:
            case inspect.DecimalType():
                if value is not None and not (isinstance(value, str) and _AMOUNT.fullmatch(value)):
                    problem = 'must be a text with an amount, such as "24.90"'
                    raise InvalidFieldError(path, "invalid_format", problem)
            case inspect.StrType(pattern=str(pattern)) if isinstance(value, str):
                _check_end(value, pattern, path)
            case inspect.StructType(fields=fields) if isinstance(value, Mapping):
                for field in fields:
                    if field.encode_name in value:
                        name = field.encode_name
                        _check_declared(value[name], field.type, _joined(path, name))
            case inspect.ListType() | inspect.VarTupleType() if isinstance(value, list):
                item = alternative.item_type
                for index, inner in enumerate(value):
                    _check_declared(inner, item, f"{path}[{index}]")


def _check_end(text: str, pattern: str, path: str) -> None:
    # `$` of JSON Schema matches at the end only.
    if text.endswith("\n") and not re.search(pattern.replace("$", r"\Z"), text):
        raise InvalidFieldError(path, "invalid_format", "must not end with a line feed")


@cache
def _type_info(struct_type: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(struct_type)


def alternatives(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Yield the members of a union, or the type itself, without annotations."""
    if isinstance(kind, inspect.Metadata):
        yield from alternatives(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from alternatives(each)
    else:
        yield kind


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _joined(path: str, step: Any) -> str:
    return f"{path}[{step}]" if isinstance(step, int) else f"{path}.{step}".strip(".")
