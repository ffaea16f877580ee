"""Turn the parameters of a search into SQL; each resource declares its own table of filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.sandbox.checks import WrongParameterError
from portal.sandbox.dates import seconds

YES, NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})
Reader = Callable[[str, str], Any]


@dataclass(frozen=True)
class Filter:
    """Hold a condition and how to read its value from a parameter's name and text.

    A ``?`` in the condition stands for the value; ``(*)`` for a list of values.
    """

    condition: str
    read: Reader


@dataclass(frozen=True)
class Search:
    """Hold what to look for: SQL conditions with their values, and an order."""

    conditions: tuple[str, ...]
    values: tuple[Any, ...]
    order: str


def where(filters: Mapping[str, Filter], args: Mapping[str, str]) -> tuple[list[str], list[Any]]:
    """Return the conditions that ``args`` ask for, and their values; unknown names are ignored.

    Raises WrongParameterError for a value that can't be read.
    """
    conditions: list[str] = []
    values: list[Any] = []
    for name, found in filters.items():
        given = args.get(name, "")
        if not given:
            continue
        value = found.read(name, given)
        several = list(value) if isinstance(value, tuple) else [value] * found.condition.count("?")
        marks = ",".join("?" * len(several))
        conditions.append(found.condition.replace("(*)", f"({marks})"))
        values.extend(several)
    return conditions, values


def order_by(sorts: Mapping[str, str], args: Mapping[str, str], usual: str) -> str:
    """Return the SQL order that ``sortBy`` names; raise WrongParameterError if there is none."""
    wish = args.get("sortBy", "") or usual
    order = sorts.get(wish.upper())
    if order is None:
        raise WrongParameterError(f"Wrong parameter 'sortBy' value: expected one of {list(sorts)}")
    return order


def moment(_name: str, text: str) -> int:
    """Read a date in one of the accepted forms, as Unix seconds."""
    return seconds(text)


def amount(name: str, text: str) -> float:
    """Read an amount or a count."""
    try:
        return float(text)
    except ValueError:
        raise WrongParameterError(f"Wrong parameter '{name}' value: {text} is no number") from None


def flag(name: str, text: str) -> int:
    """Read a yes or no, as 1 or 0."""
    word = text.lower()
    if word not in YES | NO:
        raise WrongParameterError(
            f"Wrong parameter '{name}' value: expected one of {sorted(YES | NO)}"
        )
    return int(word in YES)


def word(_name: str, text: str) -> str:
    """Read a text as it stands."""
    return text


def keyword(_name: str, text: str) -> str:
    """Read words to look for; a star behind them says no more than that they may go on."""
    return text.rstrip("*")


def words(_name: str, text: str) -> tuple[str, ...]:
    """Read a list of texts that commas separate."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def numbers(_name: str, text: str) -> tuple[int, ...]:
    """Read a list of ids that commas separate; what is no id matches nothing."""
    return tuple(int(part) for part in words(_name, text) if part.isdecimal())


def one_of(*allowed: str) -> Reader:
    """Return a reader of one word out of ``allowed``."""

    def read(name: str, text: str) -> str:
        if text.upper() not in allowed:
            raise _unexpected(name, allowed)
        return text.upper()

    return read


def several_of(*allowed: str, deprecated: Mapping[str, str] | None = None) -> Callable[..., Any]:
    """Return a reader of words out of ``allowed``, in any case, separated by commas."""

    def read(name: str, text: str) -> tuple[str, ...]:
        found = tuple(part.upper() for part in words(name, text))
        for part in found:
            if deprecated and part in deprecated:
                raise WrongParameterError(
                    f"Status {part} is deprecated, use {deprecated[part]} instead"
                )
            if part not in allowed:
                raise _unexpected(name, allowed)
        return found

    return read


def _unexpected(name: str, allowed: tuple[str, ...]) -> WrongParameterError:
    return WrongParameterError(f"Wrong parameter '{name}' value: expected one of {list(allowed)}")
