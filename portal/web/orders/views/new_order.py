"""Create an order: search for products, get a quote and submit the order once.

Each step of the form is a POST that ends at the address of a draft, so Back and Reload work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.datastructures import MultiDict

from portal.errors import InvalidFieldError
from portal.errors.orders import (
    IdempotencyKeyError,
    IdempotencyKeyReusedError,
    StoreNotWorkingError,
)
from portal.models import Store
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.order_request_json import (
    order_request_document,
    read_order_request,
    read_stored_request,
)
from portal.services.orders.customers_to_pick import address_to_fill_in
from portal.services.orders.order_drafts import DRAFT_ID_LENGTH, find_draft, keep_draft
from portal.services.orders.submit_order import submit_order
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.orders.access import get_submission_or_404, signed_in_sender
from portal.web.orders.blueprint import blueprint
from portal.web.orders.order_form import (
    OrderForm,
    form_from_request,
    read_order_form,
    request_digest,
)
from portal.web.orders.order_quoting import (
    FormPage,
    QuoteResult,
    all_problems,
    form_page,
    invalid,
    not_working,
    only_invalid,
    quoted,
)
from portal.web.outside_calls import calls_other_servers
from portal.web.pagination import id_param
from portal.web.plain_text import plain_text
from portal.web.runtime import current_runtime
from portal.web.stores.access import editors_only, get_store_or_404
from portal.web.url_converters import LARGEST_KEY, key_in, number_in

# Fields of a draft that are not part of the order.
PAGE_FIELDS = ("product_search", "customer_search", "note", "focus")
SUMMARY = "order-problems"


@blueprint.get("/new")
@login_required
@editors_only
def new(store_id: int) -> ResponseReturnValue:
    """Show an empty order form, or one with the values of an earlier submission."""
    store, copy_of = get_store_or_404(store_id), id_param("copy_of")
    form = OrderForm()
    if copy_of is not None:
        stored = get_submission_or_404(store, copy_of).request
        if stored is not None:
            form = form_from_request(store, read_stored_request(stored))
    return form_page(store, form, QuoteResult(), FormPage())


@blueprint.get(f"/new/<string(length={DRAFT_ID_LENGTH}):draft_id>")
@login_required
@editors_only
@limiter.limit(CONTROL_BY_ADDRESS)
@calls_other_servers
def draft(store_id: int, draft_id: str) -> ResponseReturnValue:
    """Show the order form as it was after a step, with a current quote."""
    store = get_store_or_404(store_id)
    fields = find_draft(current_runtime(), store.id, signed_in_merchant().id, draft_id)
    if fields is None:
        flash(_("This draft is more than an hour old. Start a new order."), "info")
        return redirect(url_for("orders.new", store_id=store.id), 303)
    given = MultiDict(list(fields))
    product_search, customer_search, note, focus = (given.get(name, "") for name in PAGE_FIELDS)
    page = FormPage(product_search, customer_search, note, focus)
    return _page(store, read_order_form(store, given), page)


@blueprint.post("/new")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@calls_other_servers
def submit_form(store_id: int) -> ResponseReturnValue:
    """Run the action of the pressed button; only a quoted order is submitted."""
    store = get_store_or_404(store_id)
    form = read_order_form(store, request.form)
    if request.form.get("action") == "submit":
        return _submit(store, form)
    form, page = _step(store, form)
    if "HX-Request" in request.headers:
        # Only the summary is replaced, while the person goes on typing.
        return _page(store, form, replace(page, focus=""))
    fields = [*form.pairs(), *((name, getattr(page, name)) for name in PAGE_FIELDS)]
    draft_id = keep_draft(current_runtime(), store.id, signed_in_merchant().id, fields)
    if draft_id is None:
        return _page(store, form, page)
    return redirect(url_for("orders.draft", store_id=store.id, draft_id=draft_id), 303)


def _step(store: Store, form: OrderForm) -> tuple[OrderForm, FormPage]:
    """Return the form after the pressed button, and where the page continues."""
    given: Mapping[str, str] = request.form
    page = FormPage(
        plain_text(given.get("product_search"), 200), plain_text(given.get("customer_search"), 200)
    )
    remove = number_in(given.get("remove", ""), LARGEST_KEY)
    add, customer = (key_in(given.get(name, "")) for name in ("add", "customer"))
    if remove is not None:
        return form.without_line(remove), replace(page, focus="product-search")
    if add is not None:
        return _added(store, form, add, replace(page, focus="product-search"))
    if customer is not None:
        known = address_to_fill_in(store, customer)
        page = replace(page, customer_search="", focus="email")
        return (form.with_customer(known) if known else form), page
    focus = "customer-search" if page.customer_search else "quote-title"
    return form, replace(page, focus="product-search" if page.product_search else focus)


def _added(
    store: Store, form: OrderForm, product_id: int, page: FormPage
) -> tuple[OrderForm, FormPage]:
    longer = form.with_product(store, product_id)
    if longer is form:
        note = _("This product can't be added: the order is full, or the store has deleted it.")
        return form, replace(page, note=note)
    changed = [n for n, line in enumerate(longer.lines) if line not in form.lines]
    name = longer.lines[changed[0]].name if changed else ""
    note = _("%(product)s was added to the order.", product=name)
    return longer, replace(page, product_search="", note=note)


def _submit(store: Store, form: OrderForm) -> ResponseReturnValue:
    """Submit the quoted order; quote again if the form has changed since the quote."""
    try:
        order_request = form.order_request()
        if request_digest(order_request) != request.form.get("quote_digest"):
            return _not_as_quoted(store, form)
        order_request = _as_quoted(order_request, request.form.get("quoted_total", ""))
        taken = submit_order(
            current_runtime(), store.id, signed_in_sender(), form.idempotency_key, order_request
        )
    except InvalidFieldError as error:
        return _refused(store, form, invalid(error))
    except IdempotencyKeyReusedError:
        note = _("You already placed an order with this form. Place it again for a second order.")
        fresh = replace(form, idempotency_key=OrderForm().idempotency_key)
        return _page(store, fresh, FormPage(note=note, focus="quote-title")), 422
    except IdempotencyKeyError:
        fresh = replace(form, idempotency_key=OrderForm().idempotency_key)
        return _page(store, fresh, FormPage(focus="quote-title")), 422
    except StoreNotWorkingError:
        page = FormPage(focus="quote-title")
        return form_page(store, form, QuoteResult(problem=not_working()), page), 422
    place = url_for("orders.submission", store_id=store.id, submission_id=taken.submission.id)
    return redirect(place, 303)


def _not_as_quoted(store: Store, form: OrderForm) -> ResponseReturnValue:
    """Show what the order lacks; if it lacks nothing, ask to look at the new quote."""
    result = quoted(store, form)
    if all_problems(form, result).all:
        return _refused(store, form, result)
    note = _("The order has changed. Check the new total, then place the order.")
    return form_page(store, form, result, FormPage(note=note, focus="quote-title")), 422


def _refused(store: Store, form: OrderForm, result: QuoteResult) -> ResponseReturnValue:
    problems = all_problems(form, result)
    return form_page(store, form, result, FormPage(focus=SUMMARY, problems=problems)), 422


def _as_quoted(order_request: OrderRequest, total: str) -> OrderRequest:
    """Return the request with the displayed total; the order is rejected if the total differs."""
    if not total:
        return order_request
    return read_order_request(order_request_document(order_request) | {"expected_total": total})


def _page(store: Store, form: OrderForm, page: FormPage) -> str:
    """Return the page with a current quote."""
    result = quoted(store, form)
    return form_page(store, form, result, replace(page, problems=only_invalid(form, result)))
