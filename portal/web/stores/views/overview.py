"""List of a merchant's stores and the overview page of each."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import RunRefusedError
from portal.models import Store
from portal.services.accounts.invitations import invitations_to
from portal.services.connection.list_stores import list_stores
from portal.services.connection.overview_figures import overview_figures
from portal.services.connection.store_overview import product_counts, store_overview
from portal.services.notifications.issues import worst_severities
from portal.services.notifications.list_notifications import undelivered_for
from portal.services.records.count_sellable import sellable_count_of
from portal.services.runs.requested_runs import start_all
from portal.web.connect.guide import unfinished_onboarding_url
from portal.web.connect.refused_attempt import refused_attempt
from portal.web.event_words import grouped_event_lines
from portal.web.limits import SYNC_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.pagination import SEARCH_LIMIT, id_param
from portal.web.plain_text import plain_text
from portal.web.products.sellable_labels import REASON_LABELS
from portal.web.runtime import current_runtime
from portal.web.stores.access import admins_may_act, get_store_or_404, live_part
from portal.web.stores.blueprint import blueprint
from portal.web.stores.kept_copy import kept_copy_of
from portal.web.stores.overview_charts import overview_charts
from portal.web.stores.status_labels import keep_word, read_words
from portal.web.stores.status_message import status_message_of
from portal.web.time_zones import choose_time_zone

# The page has a box for each; the next ones follow when these are answered.
INVITATIONS_SHOWN = 5
# Lines of recent activity; a line may group many events.
LINES_SHOWN = 8


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """List or search the merchant's stores by name, with the invitations to other stores."""
    merchant, search = signed_in_merchant(), plain_text(request.args.get("q"), SEARCH_LIMIT)
    page = list_stores(merchant, search=search, after=id_param("after"), before=id_param("before"))
    waiting = invitations_to(merchant)
    read_words(page.rows)

    def address(**place: int) -> str:
        return url_for("stores.index", q=search or None, **place)  # type: ignore[arg-type]

    return render_template(
        "stores/index.html",
        stores=page.rows,
        search=search,
        counts=product_counts([store.id for store in page.rows]),
        severities=worst_severities(store.id for store in page.rows),
        invitations=waiting[:INVITATIONS_SHOWN],
        more_invitations=max(0, len(waiting) - INVITATIONS_SHOWN),
        unfinished_onboarding_url=unfinished_onboarding_url(),
        refused_attempt=refused_attempt(),
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


@blueprint.get("/<key:store_id>")
@login_required
def show(store_id: int) -> ResponseReturnValue:
    """Show the status of one store."""
    return render_template("stores/show.html", **_status(get_store_or_404(store_id)))


@blueprint.get("/<key:store_id>/charts")
@login_required
@live_part
def charts(store_id: int) -> ResponseReturnValue:
    """Show the charts of a store; its overview loads them from here, once."""
    store = get_store_or_404(store_id)
    drawn = overview_charts(
        store,
        overview_figures(store, choose_time_zone()),
        calls_per_minute=current_runtime().settings.ecwid_requests_per_minute,
    )
    return render_template(
        "stores/charts.html",
        store=store,
        charts=drawn,
        selling=sellable_count_of(store),
        reasons=REASON_LABELS,
    )


@blueprint.get("/<key:store_id>/progress")
@login_required
@live_part
def progress(store_id: int) -> ResponseReturnValue:
    """Render the live part of the store's page, which htmx polls."""
    return render_template(
        "stores/progress.html", part="stores/_live.html", **_status(get_store_or_404(store_id))
    )


@blueprint.post("/<key:store_id>/sync")
@login_required
@limiter.limit(SYNC_BY_ADDRESS)
@admins_may_act
def sync(store_id: int) -> ResponseReturnValue:
    """Start an incremental sync of all resources."""
    store = get_store_or_404(store_id)
    try:
        start_all(current_runtime(), store)
    except RunRefusedError:
        flash(_("We can't sync until the store's connection works again."), "error")
    else:
        flash(_("Checking for changes now."), "info")
    return redirect(url_for(".show", store_id=store.id), 303)


def _status(store: Store) -> dict[str, Any]:
    overview = store_overview(store)
    keep_word(store, overview.health_word)
    return {
        "store": store,
        "overview": overview,
        "status_message": status_message_of(overview),
        "recent": grouped_event_lines(store.id, overview.events, LINES_SHOWN),
        "undelivered": undelivered_for(signed_in_merchant(), overview.issues),
        "catch_up": overview.catch_up,
        "kept_copy": kept_copy_of(store),
    }
