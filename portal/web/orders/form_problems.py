"""Problems of the order form, each at the field that has to change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.errors import InvalidFieldError
from portal.rules.orders.delivery_address import ADDRESS_INCOMPLETE
from portal.rules.orders.order_request import MAX_QUANTITY
from portal.rules.orders.quotes import Quote, ValidationMessage
from portal.web.formats import number
from portal.web.labels import message_text
from portal.web.orders.order_form import ADDRESS_FIELDS, TEXT_FIELDS, OrderForm

# The field that gets what belongs to no other field.
ITEMS = "product-search"
PERSON = re.compile(r"(?:shipping_person|billing_person)\.(?P<name>\w+)")
LINE = re.compile(r"lines\[(?P<line>\d+)\]\.?(?P<name>\w*)")


@dataclass(frozen=True)
class FormProblem:
    """A problem and the id of the input that has to change."""

    field: str
    text: str


@dataclass(frozen=True)
class FormProblems:
    """All problems of the form in the order of the page."""

    all: tuple[FormProblem, ...] = ()

    def of(self, field: str) -> list[str]:
        """Return the texts of one field."""
        return [problem.text for problem in self.all if problem.field == field]


def problem_of_field(error: InvalidFieldError) -> FormProblem:
    """Return the problem of a value that no order request can have."""
    field = _input_of(error.field)
    return FormProblem(field, _text(error, field))


def missing_parts(form: OrderForm, quote: Quote | None) -> Iterator[FormProblem]:
    """Yield what an order needs and a quote doesn't: items, email and a complete address."""
    if not form.lines:
        yield FormProblem(ITEMS, _("Add at least one product"))
    if not form.texts.get("email"):
        yield FormProblem("email", _("Enter the customer's email address"))
    for warning in quote.warnings if quote else ():
        if warning.code == ADDRESS_INCOMPLETE:
            yield FormProblem(_input_of(warning.field), message_text(warning))


def problems_of_quote(errors: Iterable[ValidationMessage]) -> Iterator[FormProblem]:
    """Yield the problems that the quote found; those of a line are at its quantity."""
    for error in errors:
        field = _input_of(error.field)
        if error.line is not None:
            field = f"line-{error.line}-quantity"
        yield FormProblem(field, message_text(error))


def in_page_order(problems: Iterable[FormProblem], form: OrderForm) -> FormProblems:
    """Return the problems in the order of their inputs, each text once for an input."""
    lines = [f"line-{n}-quantity" for n in range(len(form.lines))]
    inputs = [*lines, ITEMS, "email", *ADDRESS_FIELDS, *TEXT_FIELDS]
    places: Mapping[str, int] = {name: n for n, name in reversed(list(enumerate(inputs)))}
    unique = dict.fromkeys(problems)
    return FormProblems(
        tuple(sorted(unique, key=lambda problem: places.get(problem.field, len(inputs))))
    )


def _input_of(field: str) -> str:
    """Return the id of the input for a field of the order request."""
    if person := PERSON.fullmatch(field):
        return person["name"]
    if line := LINE.match(field):
        return f"line-{line['line']}-quantity"
    return field if field in TEXT_FIELDS else ITEMS


def _text(error: InvalidFieldError, field: str) -> str:
    if field.startswith("line-") and error.field.endswith("quantity"):
        return _("Enter a quantity from 1 to %(most)s.", most=number(MAX_QUANTITY))
    if error.code == "too_long":
        return _("This text is too long. Shorten it.")
    if error.code == "invalid_character":
        return _("Remove the characters that can't be displayed.")
    texts = {
        "email": _("Enter a valid email address, like name@example.com."),
        "country_code": _("Choose the country from the list."),
        "payment_status": _("Choose a payment status from the list."),
        ITEMS: _("Add at least one product"),
    }
    return texts.get(field) or _("Check this value.")
