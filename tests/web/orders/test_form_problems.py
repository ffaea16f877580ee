"""Each problem of the order form is at the input that has to change."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.errors import InvalidFieldError
from portal.rules.orders.quotes import ValidationMessage
from portal.web.orders.form_problems import FormProblem, problem_of_field, problems_of_quote


@pytest.mark.parametrize(
    ("field", "code", "problem"),
    [
        ("lines[1].quantity", "out_of_range", FormProblem("line-1-quantity", "Enter a quantity")),
        ("shipping_person.street", "too_long", FormProblem("street", "This text is too long")),
        ("billing_person.name", "invalid_character", FormProblem("name", "Remove the characters")),
        ("email", "invalid", FormProblem("email", "Enter a valid email address")),
        ("unknown", "invalid", FormProblem("product-search", "Add at least one product")),
    ],
)
def test_invalid_value_is_explained_at_its_input(
    app: Flask, field: str, code: str, problem: FormProblem
) -> None:
    with app.test_request_context():
        found = problem_of_field(InvalidFieldError(field, code, "is invalid"))

    assert found.field == problem.field
    assert found.text.startswith(problem.text)


def test_problem_of_a_line_is_at_its_quantity(app: Flask) -> None:
    errors = [
        ValidationMessage("out_of_stock", "Only 2 in stock", line=3),
        ValidationMessage("country_unknown", "No country", field="shipping_person.country_code"),
    ]

    with app.test_request_context():
        found = list(problems_of_quote(errors))

    assert found == [
        FormProblem("line-3-quantity", "Only 2 in stock"),
        FormProblem("country_code", "No country"),
    ]
