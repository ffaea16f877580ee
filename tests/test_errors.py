"""The error tree in the docstring is the tree of the code, and messages say which call failed."""

from __future__ import annotations

import inspect
import re

import pytest

from portal import errors
from portal.errors import (
    CallFacts,
    EcwidError,
    EcwidRateLimitError,
    PortalError,
    RecordError,
    TokenAnswerError,
)

ALL = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PortalError)
]
FACTS = CallFacts(1003, "GET", "/products", 404, "PRODUCT_NOT_FOUND", "a1b2c3d4")


def drawn_tree() -> dict[str, tuple[str, bool]]:
    """Return each name drawn in the docstring with its parent and whether it is retryable."""
    found: dict[str, tuple[str, bool]] = {}
    path: list[str] = []
    for line in inspect.getdoc(errors).splitlines():
        match = re.match(r"(?P<lines>[│├└─ ]*)(?P<name>\w+Error)\b(?P<rest>.*)", line)
        if match is None:
            continue
        depth = len(match["lines"]) // 4
        path[depth:] = [match["name"]]
        found[match["name"]] = (path[depth - 1] if depth else "Exception", "retryable" in line)
    return found


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_is_drawn_where_it_belongs(kind: type[PortalError]) -> None:
    assert drawn_tree()[kind.__name__] == (kind.__base__.__name__, kind.retryable)


def test_nothing_is_drawn_that_does_not_exist() -> None:
    assert set(drawn_tree()) == {kind.__name__ for kind in ALL}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_means(kind: type[PortalError]) -> None:
    assert kind.__name__.endswith("Error")
    assert kind.__doc__


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (FACTS, "store 1003: GET /products: HTTP 404 PRODUCT_NOT_FOUND"),
        (CallFacts(1003, "POST", "/orders", 500), "store 1003: POST /orders: HTTP 500"),
        (CallFacts(1003, "GET", "/profile"), "store 1003: GET /profile: no answer"),
    ],
)
def test_facts_tell_the_call_and_its_answer_in_one_line(facts: CallFacts, line: str) -> None:
    assert str(facts) == line
    assert str(EcwidError(facts)) == line
    assert str(EcwidError(facts, "why")) == f"{line}: why"


def test_a_rate_limit_tells_the_wait() -> None:
    error = EcwidRateLimitError(CallFacts(1003, "GET", "/products", 429), 7.0)

    assert str(error) == "store 1003: GET /products: HTTP 429: wait 7 s"


@pytest.mark.parametrize(
    ("entity_id", "message"),
    [("5", "products 5: price is no amount"), (None, "products without id: price is no amount")],
)
def test_a_record_error_tells_record_and_field(entity_id: str | None, message: str) -> None:
    assert str(RecordError("products", entity_id, "price", "is no amount")) == message


@pytest.mark.parametrize("is_retryable", [True, False])
def test_a_token_answer_says_for_itself_whether_a_retry_can_help(is_retryable: bool) -> None:
    assert TokenAnswerError("refused", retryable=is_retryable).retryable is is_retryable
    assert TokenAnswerError.retryable is False
