"""Errors name the failed call and its result."""

from __future__ import annotations

import pytest

from portal.ecwid.errors import CallFacts, EcwidError, EcwidRateLimitError

FACTS = CallFacts(1003, "GET", "/products", 404, "PRODUCT_NOT_FOUND", "a1b2c3d4")


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (FACTS, "store 1003: GET /products: HTTP 404 PRODUCT_NOT_FOUND"),
        (CallFacts(1003, "POST", "/orders", 500), "store 1003: POST /orders: HTTP 500"),
        (CallFacts(1003, "GET", "/profile"), "store 1003: GET /profile: no answer"),
    ],
)
def test_facts_describe_the_call_and_its_response_in_one_line(facts: CallFacts, line: str) -> None:
    assert str(facts) == line
    assert str(EcwidError(facts)) == line
    assert str(EcwidError(facts, "why")) == f"{line}: why"


def test_rate_limit_error_shows_the_wait() -> None:
    error = EcwidRateLimitError(CallFacts(1003, "GET", "/products", 429), 7.0)

    assert str(error) == "store 1003: GET /products: HTTP 429: wait 7 s"
