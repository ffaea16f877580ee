"""Show merchants the coupons that were copied from their stores."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Coupon
from portal.services.records.browse_coupons import browse_coupons, find_coupon_record
from portal.services.records.mirror_pages import Place
from portal.web.places import place_in_query
from portal.web.stores.access import my_store

blueprint = Blueprint("coupons", __name__, url_prefix="/stores/<key:store_id>/coupons")

SEARCH_LIMIT = 200


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the coupons."""
    store = my_store(store_id)
    search = request.args.get("q", "").replace("\x00", "").strip()[:SEARCH_LIMIT]
    after, before = place_in_query("after"), place_in_query("before")
    page = browse_coupons(store, search=search, after=after, before=before)

    def address(**place: Place) -> str:
        return url_for(".index", store_id=store.id, q=search or None, **place)  # type: ignore[arg-type]

    return render_template(
        "coupons/index.html",
        store=store,
        search=search,
        total=Coupon.live_count(store.id),
        coupons=page.rows,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


@blueprint.get("/<key:coupon_id>")
@login_required
def show(store_id: int, coupon_id: int) -> ResponseReturnValue:
    """Show one coupon."""
    store = my_store(store_id)
    coupon = find_coupon_record(store, coupon_id)
    if coupon is None:
        abort(404)
    return render_template("coupons/show.html", store=store, coupon=coupon)
