"""Create an order: search for products, get a quote and submit the order once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required
from msgspec import structs

from portal.ecwid.errors import EcwidError
from portal.errors import InvalidFieldError, StoreNotConnectedError
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
from portal.rules.orders.order_statuses import FIRST_PAYMENT_STATUSES
from portal.rules.orders.quotes import Quote
from portal.services.orders.catalog_products import products_to_add
from portal.services.orders.quote_order import quote_order
from portal.services.orders.submit_order import submit_order
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.order_labels import offered_statuses
from portal.web.orders.access import get_submission_or_404, signed_in_sender
from portal.web.orders.blueprint import blueprint
from portal.web.orders.line_problems import line_problems
from portal.web.orders.order_form import (
    OrderForm,
    form_from_request,
    read_order_form,
    request_digest,
)
from portal.web.outside_calls import calls_other_servers
from portal.web.plain_text import plain_text
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404, members_only


@dataclass(frozen=True)
class QuoteResult:
    """Quote that the page shows, or the problem that prevents one."""

    quote: Quote | None = None
    digest: str = ""
    problem: str = ""


@blueprint.get("/new")
@login_required
@members_only
def new(store_id: int) -> ResponseReturnValue:
    """Show an empty form, or one filled from an earlier submission."""
    store, copy_of = get_store_or_404(store_id), request.args.get("copy_of", type=int)
    form = OrderForm()
    if copy_of is not None and copy_of > 0:
        stored = get_submission_or_404(store, copy_of).request
        if stored is not None:
            form = form_from_request(store, read_stored_request(stored))
    return _page(store, form, QuoteResult())


@blueprint.post("/new")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@calls_other_servers
def submit_form(store_id: int) -> ResponseReturnValue:
    """Run the action of the pressed button; only a quoted order is submitted."""
    store = get_store_or_404(store_id)
    form = read_order_form(store, request.form)
    remove, add = request.form.get("remove", type=int), request.form.get("add", type=int)
    if remove is not None:
        form = form.without_line(remove)
    if add is not None:
        form = form.with_product(store, add)
    if request.form.get("action") == "submit":
        return _submit(store, form)
    return _page(store, form, _quoted(store, form))


def _submit(store: Store, form: OrderForm) -> ResponseReturnValue:
    """Submit the quoted order; quote again if the form has changed since the quote."""
    try:
        order_request = form.order_request()
        if request_digest(order_request) != request.form.get("quote_digest"):
            note = _("The order has changed since it was quoted. Look at it, then send it.")
            return _page(store, form, _quoted(store, form), note), 422
        order_request = _as_quoted(order_request, request.form.get("quoted_total", ""))
        taken = submit_order(
            current_runtime(), store.id, signed_in_sender(), form.idempotency_key, order_request
        )
    except InvalidFieldError as error:
        return _page(store, form, QuoteResult(problem=error.sentence)), 422
    except IdempotencyKeyReusedError:
        note = _("This form has ordered already, something else. Send it again for a second order.")
        fresh = replace(form, idempotency_key=OrderForm().idempotency_key)
        return _page(store, fresh, _quoted(store, fresh), note), 422
    except IdempotencyKeyError:
        fresh = replace(form, idempotency_key=OrderForm().idempotency_key)
        return _page(store, fresh, _quoted(store, fresh)), 422
    except StoreNotWorkingError:
        return _page(store, form, QuoteResult(problem=_not_working())), 422
    place = url_for("orders.submission", store_id=store.id, submission_id=taken.submission.id)
    return redirect(place, 303)


def _quoted(store: Store, form: OrderForm) -> QuoteResult:
    """Return the current quote, or the problem that prevents one."""
    if not form.lines:
        return QuoteResult()
    try:
        order_request = form.order_request()
        quote = quote_order(current_runtime(), store.id, order_request)
    except InvalidFieldError as error:
        return QuoteResult(problem=error.sentence)
    except (StoreNotWorkingError, StoreNotConnectedError):
        return QuoteResult(problem=_not_working())
    except EcwidError:
        return QuoteResult(problem=_("The store isn't responding. Try again in a moment."))
    # The form that is shown next contains the shipping method that the quote chose.
    method = quote.shipping.id if quote.shipping else order_request.shipping_method
    return QuoteResult(
        quote, request_digest(structs.replace(order_request, shipping_method=method))
    )


def _as_quoted(order_request: OrderRequest, total: str) -> OrderRequest:
    """Return the request with the displayed total; the order is rejected if the total differs."""
    if not total:
        return order_request
    return read_order_request(order_request_document(order_request) | {"expected_total": total})


def _page(store: Store, form: OrderForm, result: QuoteResult, note: str = "") -> str:
    product_search = "" if "add" in request.form else plain_text(request.form.get("product_search"))
    return render_template(
        "orders/new.html",
        store=store,
        form=form,
        result=result,
        quote=result.quote,
        line_problems=line_problems(form, result.quote),
        note=note,
        product_search=product_search,
        matches=products_to_add(store, product_search) if product_search else [],
        payment_statuses=offered_statuses(store, FIRST_PAYMENT_STATUSES),
    )


def _not_working() -> str:
    return _("Nothing can be ordered until the store works again.")
