"""The error trees in the docstrings match the code, and messages say what failed."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

import pytest

from portal import errors
from portal.ecwid import errors as ecwid_errors
from portal.errors import PortalError, RecordError, connect, orders
from portal.errors.connect import TokenResponseError


def kinds_of(module: ModuleType) -> list[type[PortalError]]:
    """Return the errors in a module and their base classes."""
    kinds = [kind for _, kind in inspect.getmembers(module, inspect.isclass)]
    return [kind for kind in kinds if issubclass(kind, PortalError)]


MODULES = [errors, connect, orders, ecwid_errors]
ALL = [(module, kind) for module in MODULES for kind in kinds_of(module)]


def drawn_tree(module: ModuleType) -> dict[str, tuple[str, bool]]:
    """Return each name drawn in a docstring with its parent and whether it is retryable."""
    found: dict[str, tuple[str, bool]] = {}
    path: list[str] = []
    for line in inspect.getdoc(module).splitlines():
        match = re.match(r"(?P<lines>[│├└─ ]*)(?P<name>\w+Error)\b(?P<rest>.*)", line)
        if match is None:
            continue
        depth = len(match["lines"]) // 4
        path[depth:] = [match["name"]]
        found[match["name"]] = (path[depth - 1] if depth else "Exception", "retryable" in line)
    return found


@pytest.mark.parametrize(("module", "kind"), ALL)
def test_every_error_is_drawn_below_its_base_class(
    module: ModuleType, kind: type[PortalError]
) -> None:
    assert drawn_tree(module)[kind.__name__] == (kind.__base__.__name__, kind.retryable)


@pytest.mark.parametrize("module", MODULES)
def test_every_drawn_error_exists(module: ModuleType) -> None:
    assert set(drawn_tree(module)) == {kind.__name__ for kind in kinds_of(module)}


@pytest.mark.parametrize("kind", [kind for _, kind in ALL], ids=lambda kind: kind.__name__)
def test_every_error_has_a_docstring(kind: type[PortalError]) -> None:
    assert kind.__name__.endswith("Error")
    assert kind.__doc__


@pytest.mark.parametrize(
    ("entity_id", "message"),
    [("5", "products 5: price is no amount"), (None, "products without id: price is no amount")],
)
def test_record_error_names_record_and_field(entity_id: str | None, message: str) -> None:
    assert str(RecordError("products", entity_id, "price", "is no amount")) == message


@pytest.mark.parametrize("is_retryable", [True, False])
def test_token_response_error_may_be_retryable(is_retryable: bool) -> None:
    assert TokenResponseError("refused", retryable=is_retryable).retryable is is_retryable
    assert TokenResponseError.retryable is False
