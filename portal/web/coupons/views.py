"""Pages about a store's mirrored coupons."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Coupon
from portal.services.records.search_coupons import find_coupon_record, search_coupons
from portal.web.pagination import ListQuery
from portal.web.stores.access import get_store_or_404

blueprint = Blueprint("coupons", __name__, url_prefix="/stores/<key:store_id>/coupons")


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the coupons."""
    store = get_store_or_404(store_id)
    asked = ListQuery.from_request()
    page = search_coupons(store, search=asked.search, after=asked.after, before=asked.before)
    return render_template(
        "coupons/index.html",
        store=store,
        search=asked.search,
        total=Coupon.live_count(store.id),
        coupons=page.rows,
        searched_to=page.searched_to,
        **asked.adjacent_page_urls(store.id, page),
    )


@blueprint.get("/<key:coupon_id>")
@login_required
def show(store_id: int, coupon_id: int) -> ResponseReturnValue:
    store = get_store_or_404(store_id)
    coupon = find_coupon_record(store, coupon_id)
    if coupon is None:
        abort(404)
    return render_template("coupons/show.html", store=store, coupon=coupon)
