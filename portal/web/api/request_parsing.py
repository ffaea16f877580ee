"""Parse query strings and JSON bodies into the structs that the OpenAPI document describes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from flask import request
from msgspec import inspect

from portal.errors import InvalidFieldError
from portal.validation import convert
from portal.web.api.body_checks import alternatives, check_body, with_whole_numbers
from portal.web.api.problems import ProblemError, invalid_field

StructT = TypeVar("StructT", bound=msgspec.Struct)
_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


class NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Query of an endpoint without parameters."""


def read_query(struct_type: type[StructT]) -> StructT:
    """Return the query as ``struct_type``; respond with 422 if a parameter is invalid."""
    kinds = _kinds(struct_type)
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        if len(values) > 1:
            detail = "Send this parameter only once."
            raise ProblemError("invalid", detail, field=name, reason="duplicate")
        given[name] = _typed(_storable(values[0], name), kinds.get(name))
    try:
        return convert(given, struct_type)
    except InvalidFieldError as error:
        raise invalid_field(error) from error


def read_body(struct_type: type[StructT]) -> StructT:
    """Return the JSON body as ``struct_type``; respond with 400, 415 or 422 if it is invalid."""
    if request.mimetype != "application/json":
        raise ProblemError("not_json")
    try:
        document = msgspec.json.decode(request.get_data())
        body = convert(with_whole_numbers(document), struct_type)
        check_body(document, struct_type)
    except InvalidFieldError as error:
        raise invalid_field(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProblemError("bad_json", str(error)) from error
    except RecursionError as error:
        raise ProblemError("bad_json", "The body has too many levels.") from error
    return body


def to_utc(at: datetime, field: str) -> datetime:
    """Return a time in UTC; respond with 422 if it is outside the range of datetime in UTC."""
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ProblemError(
            "invalid",
            "Send a time between the years 1 and 9999 in UTC.",
            field=field,
            reason="out_of_range",
        ) from error


@cache
def _kinds(struct_type: type[msgspec.Struct]) -> dict[str, type]:
    """Return the whole numbers and booleans among the parameters."""
    found: dict[str, type] = {}
    for field in inspect.type_info(struct_type).fields:  # type: ignore[attr-defined]
        kinds = set(map(type, alternatives(field.type)))
        if inspect.IntType in kinds:
            found[field.encode_name] = int
        elif inspect.BoolType in kinds:
            found[field.encode_name] = bool
    return found


def _typed(text: str, kind: type | None) -> Any:
    """Return a parameter with the type that JSON would give it, or as it is for an error.

    msgspec would also read `1` and `TRUE` as booleans, `null`, and seconds as times.
    """
    if kind is bool:
        return _BOOLEANS.get(text, text)
    return int(text) if kind is int and _WHOLE_NUMBER.fullmatch(text) else text


def _storable(text: str, field: str) -> str:
    if "\x00" in text:
        detail = "Strings must not contain the character U+0000."
        raise ProblemError("invalid", detail, field=field, reason="invalid_character")
    return text
