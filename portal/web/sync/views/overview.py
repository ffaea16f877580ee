"""Status of each resource, the list of runs, and single runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import SYNC_ORDER, Store, utc_now
from portal.rules.connection.health_word import StatusMarks
from portal.rules.sync.freshness import Freshness
from portal.services.connection.store_status import read_marks, word_of
from portal.services.mirror.resource_overview import resource_overview, resource_overviews
from portal.services.notifications.issues import open_issues
from portal.services.notifications.list_notifications import undelivered_for
from portal.services.runs.list_runs import find_run, list_runs
from portal.services.sync.freshness_history import histories_of, history_of
from portal.web.login import signed_in_merchant
from portal.web.pagination import id_param
from portal.web.stores.access import get_store_or_404, live_part
from portal.web.stores.status_labels import keep_word
from portal.web.sync.access import get_resource_or_404, get_run_or_404
from portal.web.sync.blueprint import blueprint
from portal.web.sync.chart import chart_of, freshness_periods


@blueprint.get("/sync")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """Show the status of each resource and the runs."""
    return render_template("sync/index.html", **_status(get_store_or_404(store_id)))


@blueprint.get("/sync/progress")
@login_required
@live_part
def progress(store_id: int) -> ResponseReturnValue:
    """Render the live part of the page, which htmx polls."""
    return render_template(
        "stores/progress.html", part="sync/_live.html", **_status(get_store_or_404(store_id))
    )


@blueprint.get("/sync/history/<resource>")
@login_required
def history(store_id: int, resource: str) -> ResponseReturnValue:
    """Show the data of a resource's freshness chart as a table."""
    store, now = get_store_or_404(store_id), utc_now()
    item = resource_overview(store, get_resource_or_404(resource), now)
    periods = freshness_periods(history_of(store, item.resource, now))
    definitions = {
        period.freshness: replace(item, freshness=Freshness(period.freshness)) for period in periods
    }
    return render_template(
        "sync/history.html", store=store, item=item, periods=periods, definitions=definitions
    )


@blueprint.get("/sync/runs/<key:run_id>")
@login_required
def run(store_id: int, run_id: int) -> ResponseReturnValue:
    """Show one run."""
    store = get_store_or_404(store_id)
    return render_template("sync/run.html", store=store, run=get_run_or_404(store, run_id))


@blueprint.get("/sync/runs/<key:run_id>/progress")
@login_required
@live_part
def run_progress(store_id: int, run_id: int) -> ResponseReturnValue:
    """Render the live part of a run's page, which htmx polls.

    A scheduled run that found nothing has no row any more: the page shows the resources instead.
    """
    store = get_store_or_404(store_id)
    run = find_run(store, run_id)
    if run is None:
        return "", 404, {"HX-Redirect": url_for("sync.index", store_id=store.id)}
    return render_template("stores/progress.html", part="sync/_run.html", store=store, run=run)


def _status(store: Store) -> dict[str, Any]:
    now = utc_now()
    after, before = id_param("after"), id_param("before")
    page = list_runs(store, after=after, before=before)
    resources, issues = resource_overviews(store, now), open_issues(store.id)
    marks = read_marks(lambda column: column == store.id).get(store.id, StatusMarks())
    keep_word(store, word_of(store, {item.freshness for item in resources}, marks, now))
    histories = histories_of(store, SYNC_ORDER, now)

    def address(**place: int) -> str:
        return url_for("sync.index", store_id=store.id, **place)  # type: ignore[arg-type]

    return {
        "store": store,
        "resources": resources,
        "now": now,
        "charts": {
            item.resource: chart_of(histories[item.resource], now=now, late_after=item.late_after)
            for item in resources
        },
        "is_syncing": store.is_working and any(item.is_syncing for item in resources),
        "issues": issues,
        "undelivered": undelivered_for(signed_in_merchant(), issues),
        "unreadable": sum(item.unreadable for item in resources),
        "runs": page.rows,
        "page_params": {"after": after, "before": before},
        "earlier": page.earlier and address(before=page.earlier),
        "later": page.later and address(after=page.later),
        "choices": SYNC_ORDER,
    }
