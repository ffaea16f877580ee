"""Check what comes from outside before anything is changed by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# The highest whole number that survives JSON everywhere; SQLite holds it, too.
HIGHEST = 2**53
READ_ONLY = frozenset({"id", "created", "updated", "createTimestamp", "updateTimestamp"})


class WrongParameterError(ValueError):
    """A value is wrong; the REST API answers it with 400, usually WRONG_PARAMETER."""

    status = 400

    def __init__(self, message: str, code: str = "WRONG_PARAMETER") -> None:
        super().__init__(message)
        self.code = code


class FeatureOffError(ValueError):
    """The store's plan doesn't include what is asked for: 402, or 403 with the feature's code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class MissingError(LookupError):
    """There is no record of this id: 404."""

    status = 404

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ConflictError(ValueError):
    """Something like it is there already: 409."""

    status = 409

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnusableError(ValueError):
    """The body is well-formed, yet nothing can be done with it: 422."""

    status = 422
    code = ""


def whole(wish: Mapping[str, Any], name: str, default: int | None, low: int, high: int) -> int:
    """Return a whole number between the bounds, given as one or as text."""
    given = wish.get(name, default)
    try:
        number = int(str(given))
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise WrongParameterError(
            f"{name} is a whole number from {low:,} to {high:,}, not {str(given)[:40]!r}"
        )
    return number


def amount(wish: Mapping[str, Any], name: str) -> float:
    """Return a finite number that was given as text."""
    given = str(wish.get(name, ""))
    try:
        number = float(given)
    except ValueError:
        number = float("nan")
    if not is_number(number):
        raise WrongParameterError(f"{name} is a number, not {given[:40]!r}")
    return number


def json_object(body: Any) -> dict[str, Any]:
    """Return the body if it is a JSON object."""
    if not isinstance(body, dict):
        raise WrongParameterError("The body is no JSON object")
    return body


def is_text(value: Any) -> bool:
    """Tell whether a value is a text with something in it."""
    return isinstance(value, str) and bool(value.strip())


def is_number(value: Any) -> bool:
    """Tell whether a value is a number that a price or stock can be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= HIGHEST


def is_texts(value: Any) -> bool:
    """Tell whether a value is a list of texts."""
    return isinstance(value, list) and all(is_text(item) for item in value)


def product_fields(given: Any, *, is_new: bool) -> dict[str, Any]:
    """Return the fields of a product that may be written; only ``name`` is required."""
    fields = json_object(given)
    if is_new and "name" not in fields:
        raise WrongParameterError("Field Product.name is absent")
    check_kinds("Product", fields, PRODUCT_KINDS)
    return {name: value for name, value in fields.items() if name not in READ_ONLY}


def category_fields(given: Any) -> dict[str, Any]:
    """Return the fields of a category that may be written."""
    fields = json_object(given)
    check_kinds("Category", fields, {"name": is_text, "parentId": is_whole})
    return fields


def store_fields(given: dict[str, Any]) -> dict[str, Any]:
    """Return changes of a store; ``features`` None means those of the plan."""
    if unknown := given.keys() - STORE_KINDS.keys():
        raise WrongParameterError(
            f"a store has {', '.join(STORE_KINDS)}, not {', '.join(sorted(unknown))}"
        )
    check_kinds("Store", given, STORE_KINDS)
    return given


def check_kinds(
    kind: str, fields: dict[str, Any], kinds: Mapping[str, Callable[[Any], bool]]
) -> None:
    """Raise WrongParameterError for the first field whose value is of the wrong kind."""
    for name, is_right in kinds.items():
        if name in fields and not is_right(fields[name]):
            raise WrongParameterError(f"Field {kind}.{name} has a wrong value")


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number."""
    return is_number(value) and isinstance(value, int)


def is_flag(value: Any) -> bool:
    """Tell whether a value is true or false."""
    return isinstance(value, bool)


def _are_whole(value: Any) -> bool:
    return isinstance(value, list) and all(is_whole(item) for item in value)


def _are_combinations(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict)
        and is_number(item.get("price", 0))
        and is_whole(item.get("quantity") or 0)
        for item in value
    )


PRODUCT_KINDS: dict[str, Callable[[Any], bool]] = {
    "name": is_text,
    "sku": is_text,
    "price": is_number,
    "compareToPrice": is_number,
    "weight": is_number,
    "quantity": is_whole,
    "unlimited": is_flag,
    "enabled": is_flag,
    "categoryIds": _are_whole,
    "combinations": _are_combinations,
}
STORE_KINDS: dict[str, Callable[[Any], bool]] = {
    "name": is_text,
    "url": is_text,
    "plan": is_text,
    "features": lambda value: value is None or is_texts(value),
    "suspended": is_flag,
    "currency": is_text,
}
