"""Pages that a person gets only with a second factor, and the page that asks to set one up."""

from __future__ import annotations

from flask import abort, make_response, render_template, request, url_for
from flask_login import current_user

from portal.models import Store


def require_second_factor_of_operator() -> None:
    """Respond with 403 and the way to a second factor if the operator has none."""
    if not current_user.has_second_factor:
        _ask_for_second_factor(None)


def require_second_factor_of_member(store: Store) -> None:
    """Respond as for operators if the store's owner requires a second factor of the team."""
    if store.requires_second_factor and not current_user.has_second_factor:
        _ask_for_second_factor(store)


def _ask_for_second_factor(store: Store | None) -> None:
    is_page = request.method == "GET" and not request.headers.get("HX-Request")
    page = request.full_path.rstrip("?") if is_page else None
    setup_url = url_for("account.second_factor", next=page)
    text = render_template("accounts/factor_required.html", store=store, setup_url=setup_url)
    abort(make_response(text, 403))
