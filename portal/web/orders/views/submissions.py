"""List the orders submitted through the portal, and show the state of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import login_required

from portal.models import Order, Store
from portal.rules.orders.submission_states import SubmissionState
from portal.services.orders.order_history import sender_names
from portal.services.orders.submissions import PAGE_SIZE, SubmissionView, list_submissions
from portal.services.records.mirrored_ids import mirrored_ids
from portal.web.label import Text
from portal.web.orders.access import get_submission_or_404
from portal.web.orders.blueprint import blueprint
from portal.web.pagination import id_param
from portal.web.stores.access import get_store_or_404

# Those that failed are rejected ones.
ALL, FAILED = "", "failed"
FILTERS: Mapping[str, Text] = {
    ALL: _l("All"),
    FAILED: _l("Not placed"),
    SubmissionState.UNKNOWN: _l("Outcome unknown"),
    SubmissionState.REJECTED: _l("Refused"),
}


@blueprint.get("/submissions")
@login_required
def submissions(store_id: int) -> ResponseReturnValue:
    """List submissions, newest first; all of them, or those in one state."""
    store, after = get_store_or_404(store_id), id_param("after")
    state = request.args.get("state", "")
    chosen = state if state in FILTERS else ALL
    found = list_submissions(
        store.id,
        states=(SubmissionState(chosen),) if chosen not in (ALL, FAILED) else (),
        failed=chosen == FAILED,
        before_id=after,
        limit=PAGE_SIZE + 1,
    )
    rows = found[:PAGE_SIZE]

    def address(state: str = chosen, **place: int) -> str:
        return url_for("orders.submissions", store_id=store.id, state=state or None, **place)  # type: ignore[arg-type]

    return render_template(
        "orders/submissions.html",
        store=store,
        submissions=rows,
        state=chosen,
        filters=[(text, address(name), name == chosen) for name, text in FILTERS.items()],
        linked_orders=_linked_orders(store, rows),
        names=sender_names(view.sender for view in rows),
        newest=after and address(),
        later=address(after=rows[-1].id) if len(found) > PAGE_SIZE else None,
    )


@blueprint.get("/submissions/<key:submission_id>")
@login_required
def submission(store_id: int, submission_id: int) -> ResponseReturnValue:
    """Show one submission with the history of its states."""
    store = get_store_or_404(store_id)
    view = get_submission_or_404(store, submission_id)
    names = sender_names([view.sender])
    return render_template(
        "orders/submission.html",
        store=store,
        submission=view,
        linked_orders=_linked_orders(store, [view]),
        names=names,
    )


def _linked_orders(store: Store, views: Sequence[SubmissionView]) -> set[int]:
    """Return the ids of the orders that have a page here."""
    return mirrored_ids(Order, store.id, [view.order_id for view in views])
