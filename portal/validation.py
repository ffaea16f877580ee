"""Convert outside data to msgspec structs and report the first invalid field.

Pages, API, stored documents and the worker share these errors: a field path such as
``lines[0].quantity``, a code for programs and a sentence for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from portal.errors import InvalidFieldError

Shape = TypeVar("Shape", bound=msgspec.Struct)
_NAMES: dict[type[inspect.Type], str] = {
    inspect.BoolType: "true or false",
    inspect.StrType: "well-formed",
    inspect.StructType: "an object",
    inspect.DictType: "an object",
    inspect.DecimalType: "an amount",
    inspect.DateTimeType: "a time with an offset, such as 2026-03-01T12:00:00Z",
}

_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+|\.\.\.)\]")
_NAMED = re.compile(r"(?P<kind>missing required|contains unknown) field `(?P<name>[^`]*)`")
# The beginnings of msgspec's messages; the first that matches decides.
_CODES = (
    (re.compile(r"Expected `\w+` of length >="), "too_short"),
    (re.compile(r"Expected `\w+` of length <="), "too_long"),
    (re.compile(r"Expected `\w+` (?:[<>]=?|that's a multiple of) "), "out_of_range"),
    (re.compile(r"Expected `[^`]*`, got "), "wrong_type"),
    (re.compile(r"Invalid enum value "), "invalid_choice"),
    (re.compile(r"Invalid |Expected `\w+` (?:matching|with)"), "invalid_format"),
)


def convert(document: Any, shape: type[Shape]) -> Shape:
    """Return ``document`` as ``shape``; raise InvalidFieldError."""
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise _invalid_field(error, shape, document) from error


def _invalid_field(
    error: msgspec.ValidationError, shape: type[Any], document: Any
) -> InvalidFieldError:
    message = str(error)
    found = _PATH.search(message)
    path, kind = _follow(found["path"] if found else "", shape, document)
    message = _PATH.sub("", message)
    if isinstance(error.__cause__, InvalidFieldError):
        cause = error.__cause__
        return InvalidFieldError(_joined(path, cause.field), cause.code, cause.problem)
    if named := _NAMED.search(message):
        field = _joined(path, named["name"])
        if named["kind"] == "missing required":
            return InvalidFieldError(field, "required", "is required")
        known = ", ".join(_fields(kind))
        problem = f"is not one of the fields {known}" if known else "is unknown here"
        return InvalidFieldError(field, "unknown_field", problem)
    code = next((code for start, code in _CODES if start.match(message)), None)
    if code is None:
        return InvalidFieldError(path, "invalid", f"is invalid: {message}")
    return InvalidFieldError(path, code, f"must be {requirement(kind)}")


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}".strip(".")


def _follow(path: str, shape: Any, document: Any) -> tuple[str, Any]:
    """Return msgspec's path as ours, and the type that is declared there.

    msgspec writes ``[...]`` for any key of a mapping; the document says which key it was.
    """
    field, kind, value = "", shape, document
    for step in _STEP.finditer(path):
        name, index = step["name"], step["index"]
        if name:
            kind = _fields(kind)[name]
            field, value = _joined(field, name), _item(value, name)
        elif index == "...":
            kind = _item_type(kind, dict)
            name = _first_invalid_key(value, kind)
            field, value = f"{field}.{name}" if name else field, _item(value, name)
        else:
            kind = _item_type(kind, list, tuple)
            field, value = f"{field}[{index}]", _item(value, int(index))
    return field, kind


def _item(value: Any, key: str | int) -> Any:
    try:
        return value[key]
    except (TypeError, KeyError, IndexError):
        return None


def _first_invalid_key(mapping: Any, kind: Any) -> str:
    for name, value in mapping.items() if isinstance(mapping, Mapping) else ():
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            return str(name)
    return ""


def _alternatives(kind: Any) -> Iterator[Any]:
    """Yield the members of a union, or the type itself, without annotations."""
    if get_origin(kind) is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _alternatives(each)
    else:
        yield kind


def _fields(kind: Any) -> dict[str, Any]:
    for each in _alternatives(kind):
        if isinstance(each, type) and issubclass(each, msgspec.Struct):
            hints = get_type_hints(each, include_extras=True)
            return {name: hints[name] for name in each.__struct_fields__}
    return {}


def _item_type(kind: Any, *origins: type) -> Any:
    """Return the type of the values of a list, a tuple without a fixed length, or a dict."""
    for each in _alternatives(kind):
        if get_origin(each) in origins:
            return next(arg for arg in reversed(get_args(each)) if arg is not ...)
    return Any


def requirement(kind: Any) -> str:
    """Return what a value of a declared type must be, such as ``a text of at most 255 characters``.

    ``Meta(extra={"must_be": ...})`` says it for a type whose rules msgspec doesn't know.
    """
    return _described(inspect.type_info(kind))


def _described(kind: inspect.Type) -> str:
    words = _NAMES.get(type(kind), "valid")
    match kind:
        case inspect.Metadata():
            words = str((kind.extra or {}).get("must_be") or _described(kind.type))
        case inspect.UnionType():
            kinds = (each for each in kind.types if not isinstance(each, inspect.NoneType))
            words = " or ".join(map(_described, kinds))
        case inspect.LiteralType():
            words = f"one of {', '.join(map(str, kind.values))}"
        case inspect.EnumType():
            words = f"one of {', '.join(map(str, kind.cls))}"
        case inspect.IntType():
            words = f"a whole number{_range(kind)}"
        case inspect.StrType() if kind.pattern is None:
            words = f"a text{_length(kind, 'characters')}"
        case inspect.ListType() | inspect.VarTupleType():
            words = f"a list{_length(kind, 'items')}"
    return words


def _range(kind: inspect.IntType) -> str:
    least = kind.ge if kind.gt is None else kind.gt + 1
    most = kind.le if kind.lt is None else kind.lt - 1
    return _quantity_limits(least, most)


def _length(kind: inspect.StrType | inspect.ListType | inspect.VarTupleType, units: str) -> str:
    bounds = _quantity_limits(kind.min_length, kind.max_length)
    if not bounds:
        return ""
    return f"{bounds.replace(' from ', ' of ')} {units}"


def _quantity_limits(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return f" from {least:,} to {most:,}"
    if least is not None:
        return f" of at least {least:,}"
    return "" if most is None else f" of at most {most:,}"
