"""List what was ordered through here, and show how one of these orders stands."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Store
from portal.services.orders.order_story import names_of
from portal.services.orders.submit_order import (
    PAGE_SIZE,
    SubmissionView,
    browse_submissions,
    find_submission,
)
from portal.web.pagination import key_in_query
from portal.web.stores.access import get_store_or_404


def add_to(blueprint: Blueprint) -> None:
    """Add these pages to those of orders."""
    blueprint.get("/submissions")(login_required(submissions))
    blueprint.get("/submissions/<key:submission_id>")(login_required(submission))


def submissions(store_id: int) -> ResponseReturnValue:
    """List what was ordered through here, the latest first."""
    store, after = get_store_or_404(store_id), key_in_query("after")
    found = browse_submissions(store.id, before_id=after, limit=PAGE_SIZE + 1)
    rows = found[:PAGE_SIZE]
    later = rows[-1].id if len(found) > PAGE_SIZE else None
    return render_template(
        "orders/submissions.html",
        store=store,
        submissions=rows,
        names=names_of(view.sender for view in rows),
        newest=after and url_for("orders.submissions", store_id=store.id),
        later=later and url_for("orders.submissions", store_id=store.id, after=later),
    )


def submission(store_id: int, submission_id: int) -> ResponseReturnValue:
    """Show one of them: each state that it went through, and why."""
    store = get_store_or_404(store_id)
    view = get_submission_or_404(store, submission_id)
    names = names_of([view.sender])
    return render_template("orders/submission.html", store=store, sent=view, names=names)


def get_submission_or_404(store: Store, submission_id: int) -> SubmissionView:
    """Return the store's submission; answer 404 if it has no such."""
    view = find_submission(store.id, submission_id)
    if view is None:
        abort(404)
    return view
