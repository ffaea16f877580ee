"""Quote of the order form, and the page that shows form, quote and problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import render_template
from flask_babel import gettext as _
from msgspec import structs

from portal.ecwid.errors import EcwidError
from portal.errors import InvalidFieldError, StoreNotConnectedError
from portal.errors.orders import StoreNotWorkingError
from portal.models import Store
from portal.rules.orders.delivery_address import ADDRESS_INCOMPLETE
from portal.rules.orders.order_statuses import FIRST_PAYMENT_STATUSES
from portal.rules.orders.quotes import Quote
from portal.services.orders.catalog_products import products_to_add
from portal.services.orders.customers_to_pick import customers_to_pick
from portal.services.orders.quote_order import quote_order
from portal.web.order_labels import offered_statuses
from portal.web.orders.country_choices import (
    country_choices,
    is_state_required,
    state_choices,
)
from portal.web.orders.form_problems import (
    FormProblem,
    FormProblems,
    in_page_order,
    missing_parts,
    problem_of_field,
    problems_of_quote,
)
from portal.web.orders.line_problems import line_problems
from portal.web.orders.order_form import MAX_FORM_LINES, OrderForm, request_digest
from portal.web.runtime import current_runtime


@dataclass(frozen=True)
class QuoteResult:
    """Quote that the page shows, or the problem that prevents one.

    ``digest`` is empty unless the order can be placed as it is.
    """

    quote: Quote | None = None
    digest: str = ""
    problem: str = ""
    invalid: tuple[FormProblem, ...] = ()


@dataclass(frozen=True)
class FormPage:
    """State of the page beside the form: searches, a note, and the field that gets the focus."""

    product_search: str = ""
    customer_search: str = ""
    note: str = ""
    focus: str = ""
    problems: FormProblems = field(default_factory=FormProblems)


def quoted(store: Store, form: OrderForm) -> QuoteResult:
    """Return the current quote, or the problem that prevents one."""
    if not form.lines:
        return QuoteResult()
    try:
        order_request = form.order_request()
        quote = quote_order(current_runtime(), store.id, order_request)
    except InvalidFieldError as error:
        return invalid(error)
    except (StoreNotWorkingError, StoreNotConnectedError):
        return QuoteResult(problem=not_working())
    except EcwidError:
        return QuoteResult(problem=_("The store isn't responding. Try again in a moment."))
    # The form that is shown next contains the shipping method that the quote chose.
    method = quote.shipping.id if quote.shipping else order_request.shipping_method
    digest = request_digest(structs.replace(order_request, shipping_method=method))
    return QuoteResult(quote, digest if is_complete(form, quote) else "")


def invalid(error: InvalidFieldError) -> QuoteResult:
    """Return the result of a form with a value that no order can have."""
    return QuoteResult(invalid=(problem_of_field(error),))


def is_complete(form: OrderForm, quote: Quote) -> bool:
    """Return whether the order can be placed as it is."""
    is_deliverable = all(each.code != ADDRESS_INCOMPLETE for each in quote.warnings)
    return quote.is_orderable and is_deliverable and bool(form.texts.get("email"))


def all_problems(form: OrderForm, result: QuoteResult) -> FormProblems:
    """Return everything that keeps the order from being placed."""
    found: list[FormProblem] = [*result.invalid, *missing_parts(form, result.quote)]
    if result.quote is not None:
        found += problems_of_quote(result.quote.validation_errors)
    return in_page_order(found, form)


def only_invalid(form: OrderForm, result: QuoteResult) -> FormProblems:
    """Return the problems of values that no order can have; missing ones may still come."""
    return in_page_order(result.invalid, form)


def form_page(store: Store, form: OrderForm, result: QuoteResult, page: FormPage) -> str:
    """Return the page of a new order."""
    country = form.person.get("country_code", "")
    return render_template(
        "orders/new.html",
        store=store,
        form=form,
        result=result,
        quote=result.quote,
        page=page,
        problems=page.problems,
        line_problems=line_problems(form, result.quote),
        missing=[each.text for each in missing_parts(form, result.quote)],
        matches=_matches(store, page.product_search),
        customers=_customers(store, page.customer_search),
        countries=country_choices(),
        states=state_choices(country),
        is_state_required=is_state_required(country),
        payment_statuses=offered_statuses(store, FIRST_PAYMENT_STATUSES),
        max_lines=MAX_FORM_LINES,
    )


def not_working() -> str:
    """Return the reason why nothing can be ordered."""
    return _("You can't place orders until the store is connected again.")


def _matches(store: Store, search: str) -> Iterable[object]:
    return products_to_add(store, search) if search else ()


def _customers(store: Store, search: str) -> Iterable[object]:
    return customers_to_pick(store, search) if search else ()
