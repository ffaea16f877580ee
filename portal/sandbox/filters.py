"""Translation of search parameters into SQL. Each resource declares its own filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.sandbox.dates import parse_date
from portal.sandbox.resource_specs import Body, coupon_key
from portal.sandbox.validation import WrongParameterError, unexpected_value

# Source (documented): older REST docs, "Errors": the words that are booleans.
YES, NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})
Reader = Callable[[str, str], Any]


@dataclass(frozen=True)
class Filter:
    """SQL condition of a search parameter, and the reader of the parameter's value.

    In the condition, ``?`` is the placeholder of the value and ``(*)`` of a list of values. The
    reader takes the parameter's name and text.
    """

    condition: str
    read: Reader


@dataclass(frozen=True)
class Search:
    """SQL conditions with their values, and a sort order."""

    conditions: tuple[str, ...]
    values: tuple[Any, ...]
    order: str


def where(filters: Mapping[str, Filter], args: Mapping[str, str]) -> tuple[list[str], list[Any]]:
    """Return the conditions for the parameters in ``args``, and their values.

    Unknown parameters are ignored. Raises WrongParameterError for an invalid value.
    """
    conditions: list[str] = []
    values: list[Any] = []
    for name, entry in filters.items():
        given = args.get(name, "")
        if not given:
            continue
        value = entry.read(name, given)
        several = list(value) if isinstance(value, tuple) else [value] * entry.condition.count("?")
        marks = ",".join("?" * len(several))
        conditions.append(entry.condition.replace("(*)", f"({marks})"))
        values.extend(several)
    return conditions, values


def matching(
    tests: Mapping[str, Callable[[Body, str], bool]],
    records: Iterable[Body],
    args: Mapping[str, str],
) -> list[Body]:
    """Return the records that pass the tests of all parameters in ``args``.

    Unknown parameters are ignored. A test takes a record and the parameter's text.
    """
    wanted = {name: args[name] for name in tests if args.get(name)}
    return [
        record
        for record in records
        if all(tests[name](record, text) for name, text in wanted.items())
    ]


def order_by(sorts: Mapping[str, str], args: Mapping[str, str], default: str) -> str:
    """Return the SQL sort order for ``sortBy``; raise WrongParameterError for an unknown one."""
    name = args.get("sortBy", "") or default
    order = sorts.get(name.upper())
    if order is None:
        raise unexpected_value("sortBy", sorts)
    return order


def timestamp(_name: str, text: str) -> int:
    """Read a date or a timestamp as Unix seconds."""
    return parse_date(text)


def number(name: str, text: str) -> float:
    """Read a decimal number."""
    try:
        return float(text)
    except ValueError:
        raise WrongParameterError(f"Wrong parameter '{name}' value: {text} is no number") from None


def boolean(name: str, text: str) -> int:
    """Read a yes or no as 1 or 0."""
    value = text.lower()
    if value not in YES | NO:
        raise unexpected_value(name, sorted(YES | NO))
    return int(value in YES)


def string(_name: str, text: str) -> str:
    """Return the text unchanged."""
    return text


def coupon(_name: str, text: str) -> str:
    """Return a coupon's code in the form in which codes are compared."""
    return coupon_key(text)


def string_list(_name: str, text: str) -> tuple[str, ...]:
    """Read a comma-separated list of strings."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def id_list(_name: str, text: str) -> tuple[int, ...]:
    """Read a comma-separated list of ids; entries that aren't numbers are dropped."""
    return tuple(int(part) for part in string_list(_name, text) if part.isdecimal())


def one_of(*allowed: str) -> Reader:
    """Return a reader of one of the ``allowed`` values, in any case."""

    def read(name: str, text: str) -> str:
        if text.upper() not in allowed:
            raise unexpected_value(name, allowed)
        return text.upper()

    return read


def list_of(*allowed: str, deprecated: Mapping[str, str] | None = None) -> Callable[..., Any]:
    """Return a reader of a comma-separated list of ``allowed`` values, in any case."""

    def read(name: str, text: str) -> tuple[str, ...]:
        found = tuple(part.upper() for part in string_list(name, text))
        for part in found:
            if deprecated and part in deprecated:
                raise WrongParameterError(
                    f"Status {part} is deprecated, use {deprecated[part]} instead"
                )
            if part not in allowed:
                raise unexpected_value(name, allowed)
        return found

    return read
