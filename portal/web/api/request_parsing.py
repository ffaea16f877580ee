"""Parse query strings and JSON bodies into the structs that the OpenAPI document describes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from flask import request

from portal.errors import InvalidFieldError
from portal.validation import convert, decode_json
from portal.web.api.problems import ProblemError, invalid_field

StructT = TypeVar("StructT", bound=msgspec.Struct)


def read_query(struct_type: type[StructT]) -> StructT:
    """Return the query as ``struct_type``; respond with 422 if a parameter is invalid."""
    given: dict[str, str] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise ProblemError("invalid", "Send this parameter only once.", field=name)
        given[name] = _storable(values[0], name)
    try:
        return convert(given, struct_type, strict=False)
    except InvalidFieldError as error:
        raise invalid_field(error) from error


def read_body(struct_type: type[StructT]) -> StructT:
    """Return the JSON body as ``struct_type``; respond with 400, 415 or 422 if it is invalid."""
    if request.mimetype != "application/json":
        raise ProblemError("not_json")
    text = request.get_data()
    try:
        body = decode_json(text, struct_type)
    except InvalidFieldError as error:
        raise invalid_field(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProblemError("bad_json", str(error)) from error
    if b"\\u0000" in text:
        # PostgreSQL can't store this character in text.
        raise ProblemError("invalid", "Strings must not contain the character U+0000.")
    return body


def to_utc(at: datetime, field: str) -> datetime:
    """Return a time in UTC; respond with 422 if it is outside the range of datetime in UTC."""
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ProblemError(
            "invalid", "Send a time between the years 1 and 9999 in UTC.", field=field
        ) from error


def _storable(text: str, field: str) -> str:
    if "\x00" in text:
        raise ProblemError("invalid", "Strings must not contain the character U+0000.", field=field)
    return text
