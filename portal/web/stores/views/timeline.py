"""Timeline of a store's connection."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.services.connection.list_timeline import list_timeline
from portal.services.notifications.issues import open_issues, past_issues
from portal.web.pagination import id_param
from portal.web.stores.access import get_store_or_404
from portal.web.stores.blueprint import blueprint


@blueprint.get("/<key:store_id>/timeline")
@login_required
def timeline(store_id: int) -> ResponseReturnValue:
    """List timeline entries, newest first; the first page also lists past issues."""
    store = get_store_or_404(store_id)
    after, before = id_param("after"), id_param("before")
    page = list_timeline(store, after=after, before=before)
    is_first = page.earlier is None

    def address(**place: int) -> str:
        return url_for("stores.timeline", store_id=store.id, **place)  # type: ignore[arg-type]

    return render_template(
        "stores/timeline.html",
        store=store,
        issues=open_issues(store.id) if is_first else (),
        past=past_issues(store.id) if is_first else (),
        entries=page.rows,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )
