"""The error trees in the docstrings are the trees of the code, and messages say what failed."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

import pytest

from portal import errors
from portal.ecwid import errors as ecwid_errors
from portal.errors import PortalError, RecordError, TokenResponseError


def kinds_of(module: ModuleType) -> list[type[PortalError]]:
    """Return the errors that a module holds, and those that they stand below."""
    kinds = [kind for _, kind in inspect.getmembers(module, inspect.isclass)]
    return [kind for kind in kinds if issubclass(kind, PortalError)]


MODULES = [errors, ecwid_errors]
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
def test_every_error_is_drawn_where_it_belongs(module: ModuleType, kind: type[PortalError]) -> None:
    assert drawn_tree(module)[kind.__name__] == (kind.__base__.__name__, kind.retryable)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_drawn_that_does_not_exist(module: ModuleType) -> None:
    assert set(drawn_tree(module)) == {kind.__name__ for kind in kinds_of(module)}


@pytest.mark.parametrize("kind", [kind for _, kind in ALL], ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_means(kind: type[PortalError]) -> None:
    assert kind.__name__.endswith("Error")
    assert kind.__doc__


@pytest.mark.parametrize(
    ("entity_id", "message"),
    [("5", "products 5: price is no amount"), (None, "products without id: price is no amount")],
)
def test_a_record_error_tells_record_and_field(entity_id: str | None, message: str) -> None:
    assert str(RecordError("products", entity_id, "price", "is no amount")) == message


@pytest.mark.parametrize("is_retryable", [True, False])
def test_a_token_answer_says_for_itself_whether_a_retry_can_help(is_retryable: bool) -> None:
    assert TokenResponseError("refused", retryable=is_retryable).retryable is is_retryable
    assert TokenResponseError.retryable is False
