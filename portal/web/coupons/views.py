"""Pages about a store's mirrored coupons."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.services.records.search_coupons import find_coupon_record
from portal.web.coupons.list_labels import COUPON_LIST_LABELS
from portal.web.record_list import read_listing
from portal.web.stores.access import get_store_or_404

blueprint = Blueprint("coupons", __name__, url_prefix="/stores/<key:store_id>/coupons")


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List the coupons: searched, filtered and sorted as the URL says."""
    store = get_store_or_404(store_id)
    listing = read_listing(store, COUPON_LIST_LABELS)
    return render_template("coupons/index.html", store=store, listing=listing)


@blueprint.get("/<key:coupon_id>")
@login_required
def show(store_id: int, coupon_id: int) -> ResponseReturnValue:
    store = get_store_or_404(store_id)
    coupon = find_coupon_record(store, coupon_id)
    if coupon is None:
        abort(404)
    return render_template("coupons/show.html", store=store, coupon=coupon)
