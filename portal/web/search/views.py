"""Page with the first products, orders, customers and coupons that match a search."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.services.records.search_store import search_store
from portal.web.pagination import SEARCH_LIMIT
from portal.web.plain_text import plain_text
from portal.web.stores.access import get_store_or_404

blueprint = Blueprint("search", __name__, url_prefix="/stores/<key:store_id>/search")


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """Search the whole store; without a text, show the form only."""
    store = get_store_or_404(store_id)
    search = plain_text(request.args.get("q"), SEARCH_LIMIT)
    return render_template(
        "search/index.html",
        store=store,
        search=search,
        found=search_store(store, search) if search else None,
    )
