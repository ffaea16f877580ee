"""Channel catalog: the products that a channel gets, which of them can't be sold, and why."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import ChannelConsent, ChannelSelection, Product, Store
from portal.rules.records.sellable import UnsellableReason
from portal.services.channels.product_selections import (
    choose_selection,
    counts_of,
    pick_product,
    selection_row,
)
from portal.services.records.channel_catalog import (
    catalog_products,
    categories_to_choose,
    count_reasons,
    list_picks,
    list_unsellable,
)
from portal.services.records.search_products import search_products
from portal.web.channels.catalog_form import KINDS, CatalogForm, catalog_form
from portal.web.channels.consent_change import consent_or_404
from portal.web.channels.views import blueprint
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.pagination import ListQuery, id_param
from portal.web.products.sellable_labels import REASON_LABELS
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404, is_owner_of, owner_required

PICKED = "picked"
PICKS = {"pick": True, "exclude": False, "clear": None}


@blueprint.get("/<key:consent_id>/catalog")
@login_required
def catalog(store_id: int, consent_id: int) -> ResponseReturnValue:
    """Show how many products a channel gets, and those that can't be sold."""
    store = get_store_or_404(store_id)
    consent = consent_or_404(store, consent_id)
    row = selection_row(consent.id)
    return _page(store, consent, row, catalog_form(row))


@blueprint.post("/<key:consent_id>/catalog")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def choose_catalog(store: Store, consent_id: int) -> ResponseReturnValue:
    """Choose which products a channel gets; the daemon applies it."""
    consent, form = consent_or_404(store, consent_id), CatalogForm()
    choice = form.choice()
    if choice is None:
        return _page(store, consent, selection_row(consent.id), form), 422
    choose_selection(current_runtime(), consent, choice, signed_in_merchant())
    flash(_("Saved. The product list updates in a moment."), "success")
    return redirect(url_for(".catalog", store_id=store.id, consent_id=consent.id), 303)


@blueprint.get("/<key:consent_id>/catalog/products")
@login_required
def catalog_list(store_id: int, consent_id: int) -> ResponseReturnValue:
    """List or search products, to pick or exclude them by hand."""
    store = get_store_or_404(store_id)
    consent = consent_or_404(store, consent_id)
    shown = _picked(store, consent) if _is_picked_list() else _searched(store, consent)
    return render_template(
        "channels/catalog_products.html",
        store=store,
        consent=consent,
        selection=selection_row(consent.id),
        is_picked_list=_is_picked_list(),
        is_owner=is_owner_of(store),
        place=_place(),
        **shown,
    )


@blueprint.post(
    "/<key:consent_id>/catalog/products/<key:product_id>/<any(pick, exclude, clear):choice>"
)
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def pick(store: Store, consent_id: int, product_id: int, choice: str) -> ResponseReturnValue:
    """Pick or exclude a product by hand, or take that back; then show its row again."""
    consent = consent_or_404(store, consent_id)
    if not pick_product(consent, product_id, signed_in_merchant(), is_picked=PICKS[choice]):
        abort(404)
    flash(_("Saved."), "success")
    row = f"product-{product_id}"
    return redirect(_address(".catalog_list", consent, _anchor=row, **_place()), 303)


def _is_picked_list() -> bool:
    return request.args.get("show") == PICKED


def _place() -> dict[str, Any]:
    """Return the query of the current list's page."""
    if _is_picked_list():
        return {"show": PICKED, "after": id_param("after"), "before": id_param("before")}
    asked = ListQuery.from_request()
    return {"q": asked.search or None, "after": asked.after, "before": asked.before}


def _picked(store: Store, consent: ChannelConsent) -> dict[str, Any]:
    page = list_picks(store, consent.id, after=id_param("after"), before=id_param("before"))
    if not page.rows:  # The last row of a later page may have been taken back.
        page = list_picks(store, consent.id)
    list_url = partial(_address, ".catalog_list", consent, show=PICKED)
    return {
        "rows": page.rows,
        "search": "",
        "searched_to": None,
        "earlier": page.earlier and list_url(before=page.earlier),
        "later": page.later and list_url(after=page.later),
    }


def _searched(store: Store, consent: ChannelConsent) -> dict[str, Any]:
    asked = ListQuery.from_request()
    page = search_products(store, search=asked.search, after=asked.after, before=asked.before)
    list_url = partial(_address, ".catalog_list", consent, q=asked.search or None)
    return {
        "rows": catalog_products(consent.id, page.rows),
        "search": asked.search,
        "searched_to": page.searched_to,
        "earlier": page.earlier and list_url(before=page.earlier),
        "later": page.later and list_url(after=page.later),
    }


def _page(
    store: Store, consent: ChannelConsent, row: ChannelSelection | None, form: CatalogForm
) -> str:
    reason, is_owner = _reason(), is_owner_of(store)
    page = list_unsellable(
        store, consent.id, reason=reason, after=id_param("after"), before=id_param("before")
    )
    # While somebody looks through the list, it is at the top.
    has_form = is_owner and not (reason or page.earlier)
    chosen = form.chosen_categories()
    categories, has_more = categories_to_choose(store, chosen) if has_form else ([], False)
    list_url = partial(_address, ".catalog", consent, reason=reason)
    return render_template(
        "channels/catalog.html",
        store=store,
        consent=consent,
        counts=counts_of(row, Product.live_count(store.id)),
        kinds=[(kind.value, *texts) for kind, texts in KINDS.items()],
        form=form,
        has_form=has_form,
        categories=categories,
        has_more_categories=has_more,
        reasons=count_reasons(consent.id),
        reason=reason,
        labels=REASON_LABELS,
        rows=page.rows,
        is_owner=is_owner,
        earlier=page.earlier and list_url(before=page.earlier),
        later=page.later and list_url(after=page.later),
    )


def _address(endpoint: str, consent: ChannelConsent, **place: Any) -> str:
    return url_for(endpoint, store_id=consent.store_id, consent_id=consent.id, **place)


def _reason() -> UnsellableReason | None:
    """Return the chosen reason; respond with 404 to an unknown one."""
    text = request.args.get("reason") or None
    if text is not None and text not in set(UnsellableReason):
        abort(404)
    return None if text is None else UnsellableReason(text)
