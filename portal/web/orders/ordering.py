"""Make a new order: search products, see what it comes to, and send it to the store once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.ecwid.errors import EcwidError
from portal.errors import (
    IdempotencyKeyError,
    IdempotencyKeyReusedError,
    OrderWishError,
    StoreNotConnectedError,
    StoreNotWorkingError,
)
from portal.models import Store
from portal.rules.order_statuses import FIRST_PAYMENT_STATUSES
from portal.rules.order_wish import OrderWish
from portal.rules.quotes import Quote
from portal.rules.wish_document import wish_of
from portal.services.orders.offered_products import products_to_add
from portal.services.orders.quote_order import quote_order
from portal.services.orders.submit_order import submit_order
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.orders.changes import sender
from portal.web.orders.order_form import OrderForm, digest_of, form_again, read_order_form
from portal.web.orders.submissions import get_submission_or_404
from portal.web.plain_text import plain_text
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404


@dataclass(frozen=True)
class Shown:
    """Hold what the page says to what was typed: a quote, or why there is none."""

    quote: Quote | None = None
    digest: str = ""
    problem: str = ""
    field: str = ""


def add_to(blueprint: Blueprint) -> None:
    """Add the form to the pages of orders."""
    blueprint.get("/new")(login_required(new))
    blueprint.post("/new")(login_required(limiter.limit(CONTROL_BY_ADDRESS)(order)))


def new(store_id: int) -> ResponseReturnValue:
    """Show an empty form, or one that asks for what an earlier submission did."""
    store, again = get_store_or_404(store_id), request.args.get("again", type=int)
    form = OrderForm()
    if again is not None and again > 0:
        form = form_again(store, get_submission_or_404(store, again).request or {})
    return _page(store, form, Shown())


def order(store_id: int) -> ResponseReturnValue:
    """Do what the pressed button says; send nothing but what was quoted as it is."""
    store = get_store_or_404(store_id)
    form = read_order_form(store, request.form)
    remove, add = request.form.get("remove", type=int), request.form.get("add", type=int)
    if remove is not None:
        form = form.without_line(remove)
    if add is not None:
        form = form.with_product(store, add)
    if request.form.get("do") == "send":
        return _send(store, form)
    return _page(store, form, _quoted(store, form))


def _send(store: Store, form: OrderForm) -> ResponseReturnValue:
    """Submit what was quoted; quote anew where something else is asked for by now."""
    try:
        wish = form.wish()
        if digest_of(wish) != request.form.get("quoted"):
            note = _("The order has changed since it was quoted. Look at it, then send it.")
            return _page(store, form, _quoted(store, form), note), 422
        wish = _as_quoted(wish, request.form.get("quoted_total", ""))
        taken = submit_order(current_runtime(), store.id, sender(), form.key, wish)
    except OrderWishError as error:
        return _page(store, form, Shown(problem=error.problem, field=error.field)), 422
    except IdempotencyKeyReusedError:
        note = _("This form has ordered already, something else. Send it again for a second order.")
        fresh = replace(form, key=OrderForm().key)
        return _page(store, fresh, _quoted(store, fresh), note), 422
    except IdempotencyKeyError:
        fresh = replace(form, key=OrderForm().key)
        return _page(store, fresh, _quoted(store, fresh)), 422
    except StoreNotWorkingError:
        return _page(store, form, Shown(problem=_not_working())), 422
    place = url_for("orders.submission", store_id=store.id, submission_id=taken.submission.id)
    return redirect(place, 303)


def _quoted(store: Store, form: OrderForm) -> Shown:
    """Return what the order comes to now, or why that can't be said."""
    if not form.lines:
        return Shown()
    try:
        wish = form.wish()
        quote = quote_order(current_runtime(), store.id, wish)
    except OrderWishError as error:
        return Shown(problem=error.problem, field=error.field)
    except (StoreNotWorkingError, StoreNotConnectedError):
        return Shown(problem=_not_working())
    except EcwidError:
        return Shown(problem=_("The store doesn't answer just now. Ask for the price once more."))
    # The form that comes back names the method that the quote has chosen.
    method = quote.shipping.id if quote.shipping else wish.shipping_method
    return Shown(quote, digest_of(replace(wish, shipping_method=method)))


def _as_quoted(wish: OrderWish, total: str) -> OrderWish:
    """Return the wish with the total that was shown: at another one it isn't ordered."""
    read = wish_of({"lines": [{"product_id": 1, "quantity": 1}], "expected_total": total})
    return replace(wish, expected_total=read.expected_total)


def _page(store: Store, form: OrderForm, shown: Shown, note: str = "") -> str:
    find = "" if "add" in request.form else plain_text(request.form.get("find"))
    return render_template(
        "orders/new.html",
        store=store,
        form=form,
        shown=shown,
        quote=shown.quote,
        note=note,
        find=find,
        matches=products_to_add(store, find) if find else [],
        payment_statuses=FIRST_PAYMENT_STATUSES,
    )


def _not_working() -> str:
    return _("Nothing can be ordered until the store's connection is mended.")
