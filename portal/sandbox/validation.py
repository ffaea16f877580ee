"""Validation of input, and the errors that the REST API answers with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

# The largest integer that every JSON parser keeps exact; it fits into SQLite, too.
MAX_INTEGER = 2**53
# Source (client): ecwid-java-api-client, FetchedProduct, FetchedVariation and FetchedCategory: an
# id is a 32-bit integer.
MAX_ID = 2**31 - 1
READ_ONLY = frozenset({"id", "created", "updated", "createTimestamp", "updateTimestamp"})


class WrongParameterError(ValueError):
    """Invalid value: status 400, usually with the code WRONG_PARAMETER."""

    status = 400

    def __init__(self, message: str, code: str = "WRONG_PARAMETER") -> None:
        super().__init__(message)
        self.code = code


class FeatureUnavailableError(ValueError):
    """Feature that the store's plan lacks: status 402, or 403 with the feature's code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class NotFoundError(LookupError):
    """Unknown record: status 404."""

    status = 404

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ConflictError(ValueError):
    """Conflict with an existing record: status 409."""

    status = 409

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnprocessableError(ValueError):
    """Well-formed request that can't be processed: status 422."""

    status = 422

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


def parse_integer(
    values: Mapping[str, Any], name: str, default: int | None, low: int, high: int
) -> int:
    """Return the integer ``values[name]``, given as a number or as text, between the bounds."""
    given = values.get(name, default)
    try:
        number = int(str(given))
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise WrongParameterError(
            f"{name} is a whole number from {low:,} to {high:,}, not {str(given)[:40]!r}"
        )
    return number


def parse_number(values: Mapping[str, Any], name: str) -> float:
    """Return the finite number ``values[name]``, given as text."""
    given = str(values.get(name, ""))
    try:
        number = float(given)
    except ValueError:
        number = float("nan")
    if not is_number(number):
        raise WrongParameterError(f"{name} is a number, not {given[:40]!r}")
    return number


def require_object(body: Any) -> dict[str, Any]:
    """Return the body; raise WrongParameterError if it isn't a JSON object."""
    if not isinstance(body, dict):
        raise WrongParameterError("The body is no JSON object")
    return body


def unexpected_value(name: str, allowed: Iterable[str]) -> WrongParameterError:
    """Return the error for a parameter that isn't one of the ``allowed`` values."""
    return WrongParameterError(f"Wrong parameter '{name}' value: expected one of {list(allowed)}")


def optional(is_valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return a check that also accepts None."""
    return lambda value: value is None or is_valid(value)


def is_string(value: Any) -> bool:
    """Return whether a value is a string, which may be blank."""
    return isinstance(value, str)


def is_text(value: Any) -> bool:
    """Return whether a value is a non-blank string."""
    return isinstance(value, str) and bool(value.strip())


def is_number(value: Any) -> bool:
    """Return whether a value is a number in the range that the sandbox can store."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= MAX_INTEGER


def is_text_list(value: Any) -> bool:
    """Return whether a value is a list of non-blank strings."""
    return isinstance(value, list) and all(is_text(item) for item in value)


def category_fields(given: Any) -> dict[str, Any]:
    """Return the fields of a category after validation."""
    fields = require_object(given)
    check_types("Category", fields, CATEGORY_FIELD_TYPES)
    return {name: value for name, value in fields.items() if name != "id"}


def store_fields(given: dict[str, Any]) -> dict[str, Any]:
    """Return changes of a store after validation; ``features`` None restores the plan's own."""
    if unknown := given.keys() - STORE_FIELD_TYPES.keys():
        raise WrongParameterError(
            f"a store has {', '.join(STORE_FIELD_TYPES)}, not {', '.join(sorted(unknown))}"
        )
    check_types("Store", given, STORE_FIELD_TYPES)
    return given


def check_types(
    resource: str, fields: dict[str, Any], types: Mapping[str, Callable[[Any], bool]]
) -> None:
    """Raise WrongParameterError for the first field whose value has the wrong type."""
    for name, is_valid in types.items():
        if name in fields and not is_valid(fields[name]):
            raise WrongParameterError(f"Field {resource}.{name} has a wrong value")


def list_in(values: Mapping[str, Any], name: str) -> list[Any]:
    """Return the list ``values[name]``, empty if there is none."""
    found = values.get(name)
    return found if isinstance(found, list) else []


def object_in(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the object ``values[name]``, empty if there is none."""
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def is_integer(value: Any) -> bool:
    return is_number(value) and isinstance(value, int)


def is_id(value: Any) -> bool:
    """Return whether a value from a request can be an id."""
    return is_integer(value) and 0 <= value <= MAX_ID


def is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def is_object_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def is_id_list(value: Any) -> bool:
    """Return whether a value is a list of ids."""
    return isinstance(value, list) and all(is_id(item) for item in value)


CATEGORY_FIELD_TYPES: dict[str, Callable[[Any], bool]] = {
    "name": is_text,
    "parentId": is_id,
    "orderBy": is_integer,
    "enabled": is_boolean,
    "productIds": is_id_list,
}
STORE_FIELD_TYPES: dict[str, Callable[[Any], bool]] = {
    "name": is_text,
    "url": is_text,
    "plan": is_text,
    "features": optional(is_text_list),
    "suspended": is_boolean,
    "currency": is_text,
    "settings": is_object,
}
