"""Read the query and the body of a call into the shapes that the document promises."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from flask import request

from portal.web.api.problems import ProblemError

Shape = TypeVar("Shape", bound=msgspec.Struct)

_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_NAMED = re.compile(r"(?:missing required|contains unknown) field `(?P<name>[^`]*)`")


def read_query(shape: type[Shape]) -> Shape:
    """Return the query as ``shape``; answer 422 with the field if it isn't one."""
    given: dict[str, str] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise ProblemError("invalid", "Give this once.", field=name)
        given[name] = _storable(values[0], name)
    try:
        return msgspec.convert(given, shape, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(error) from error


def read_body(shape: type[Shape]) -> Shape:
    """Return the JSON body as ``shape``; answer 400, 415 or 422 with the field if it isn't one."""
    if request.mimetype != "application/json":
        raise ProblemError("not_json")
    text = request.get_data()
    if b"\\u0000" in text:
        # No database keeps the character that this stands for.
        raise ProblemError("invalid", "Texts must not hold the character U+0000.")
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.ValidationError as error:
        raise _invalid(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProblemError("bad_json", str(error)) from error


def moment(at: datetime, field: str) -> datetime:
    """Return a moment in UTC; answer 422 if it lies outside of the calendar there."""
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ProblemError("invalid", "Give a moment of this era.", field=field) from error


def _storable(text: str, field: str) -> str:
    if "\x00" in text:
        raise ProblemError("invalid", "Texts must not hold the character U+0000.", field=field)
    return text


def _invalid(error: msgspec.ValidationError) -> ProblemError:
    message = str(error)
    place = _PATH.search(message)
    named = _NAMED.search(message)
    parts = [place["path"] if place else "", named["name"] if named else ""]
    detail: Any = _PATH.sub("", message)
    return ProblemError("invalid", f"{detail}.", field=".".join(filter(None, parts)) or None)
