"""Activity of a store: everything that happened, newest first, or one kind of it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import login_required

from portal.services.connection.list_activity import ActivityCursor, ActivityKind, list_activity
from portal.web.label import Text
from portal.web.stores.access import get_store_or_404
from portal.web.stores.activity_lines import activity_lines
from portal.web.stores.blueprint import blueprint
from portal.web.url_converters import key_in

# Similar ones share a line.
ROWS_PER_PAGE = 50

FILTERS: Mapping[str, Text] = {
    "": _l("All"),
    ActivityKind.EVENTS: _l("Webhook events"),
    ActivityKind.SYNC: _l("Sync runs"),
    ActivityKind.ORDERS: _l("Orders placed here"),
    ActivityKind.CONNECTION: _l("Connection"),
}


@blueprint.get("/<key:store_id>/activity")
@login_required
def activity(store_id: int) -> ResponseReturnValue:
    """List what happened in the store; an unknown kind means all of it."""
    store, after = get_store_or_404(store_id), _cursor_in_query()
    kind = request.args.get("kind", "")
    chosen = kind if kind in FILTERS else ""
    kinds = (ActivityKind(chosen),) if chosen else tuple(ActivityKind)
    page = list_activity(store, kinds, after, ROWS_PER_PAGE)

    def address(kind: str = chosen, after: str | None = None) -> str:
        return url_for("stores.activity", store_id=store.id, kind=kind or None, after=after)

    return render_template(
        "stores/activity.html",
        store=store,
        lines=activity_lines(store.id, page.rows),
        kind=chosen,
        filters=[
            (text, address(name), "true" if name == chosen else "")
            for name, text in FILTERS.items()
        ],
        newest=address() if after else None,
        later=address(after=_written(page.later)) if page.later else None,
    )


def _cursor_in_query() -> ActivityCursor | None:
    """Return the cursor, such as ``events:12,sync:5``; respond with 404 if it is malformed."""
    text = request.args.get("after")
    if text is None:
        return None
    found: dict[ActivityKind, int] = {}
    for part in text.split(","):
        name, _separator, number = part.partition(":")
        last_id = key_in(number)
        if last_id is None or name not in set(ActivityKind):
            abort(404)
        found[ActivityKind(name)] = last_id
    return found


def _written(cursor: ActivityCursor) -> str:
    return ",".join(f"{kind.value}:{last_id}" for kind, last_id in cursor.items())
