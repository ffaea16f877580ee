"""Connection of a store: its plan, permissions and webhooks, and a check of it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import Store
from portal.rules.connection.scopes import REQUIRED_SCOPES
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.services.connection.request_check import request_check
from portal.services.connection.store_overview import connection_of
from portal.services.notifications.issues import open_issues
from portal.services.notifications.list_notifications import undelivered_for
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime
from portal.web.stores.access import admins_may_act, get_store_or_404, is_owner_of, live_part
from portal.web.stores.blueprint import blueprint
from portal.web.stores.status_labels import read_words, word_of_store
from portal.web.stores.status_message import message_about

# The page waits this long for the result of a check; most take two seconds.
WAIT_S = 60
SHOWN_FOR_S = 600


@blueprint.get("/<key:store_id>/connection")
@login_required
def connection(store_id: int) -> ResponseReturnValue:
    """Show the plan, the permissions and the webhooks of a store."""
    return _page(get_store_or_404(store_id))


@blueprint.get("/<key:store_id>/connection/check")
@login_required
@live_part
def connection_progress(store_id: int) -> ResponseReturnValue:
    """Render the page while a check runs: its result may change every part of it."""
    return _page(get_store_or_404(store_id))


@blueprint.post("/<key:store_id>/check-connection")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def check_connection(store_id: int) -> ResponseReturnValue:
    """Start a connection check; the page that the person comes from shows its result."""
    store = get_store_or_404(store_id)
    endpoint, requested = "stores.show", None
    if request.args.get("page") == "connection":
        endpoint, requested = "stores.connection", int(time.time())
    if store.state in TOKENLESS_STATES:
        flash(_("We can't check the store without access. Reconnect it."), "error")
        requested = None
    else:
        request_check(current_runtime(), store)
        if requested is None:
            flash(_("Checking… this page updates in a few seconds."), "info")
    return redirect(url_for(endpoint, store_id=store.id, requested=requested), 303)


def _page(store: Store) -> str:
    issues = open_issues(store.id)
    return render_template(
        "stores/connection.html",
        **_check_status(store),
        connection=connection_of(store),
        scopes=REQUIRED_SCOPES,
        issues=issues,
        undelivered=undelivered_for(signed_in_merchant(), issues),
        is_owner=is_owner_of(store),
    )


def _check_status(store: Store) -> dict[str, Any]:
    """Return the status and the running check; ``requested`` is its time in seconds since 1970."""
    read_words([store])
    requested = _requested()
    is_open = requested is not None and not _has_result(store, requested)
    is_late = requested is not None and time.time() - requested > WAIT_S
    return {
        "store": store,
        "status_message": message_about(store, word_of_store(store)),
        "check_url": url_for("stores.check_connection", store_id=store.id),
        "requested": requested,
        "is_checking": is_open and not is_late,
        "is_unanswered": is_open and is_late,
        "is_checkable": store.state not in TOKENLESS_STATES,
    }


def _requested() -> int | None:
    """Return when this page requested a check; an old address has requested none."""
    requested = id_param("requested")
    is_recent = requested is not None and 0 <= time.time() - requested < SHOWN_FOR_S
    return requested if is_recent else None


def _has_result(store: Store, requested: int) -> bool:
    probed_at: datetime | None = store.probed_at
    return probed_at is not None and probed_at >= datetime.fromtimestamp(requested, UTC)
