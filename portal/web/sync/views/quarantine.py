"""Quarantined records with payload and error, and their retry."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from portal.errors import RunRefusedError
from portal.models import Resource, Store
from portal.services.sync.list_quarantine import list_quarantine, retry_entry
from portal.services.sync.retry_quarantine import (
    bulk_retry_options,
    quarantine_counts,
    retry_quarantined,
    retry_status,
)
from portal.web.formats import number
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime
from portal.web.stores.access import admins_may_act, get_store_or_404, live_part
from portal.web.sync.access import flash_refusal, get_resource_or_404
from portal.web.sync.blueprint import blueprint


@blueprint.get("/quarantine")
@login_required
def quarantine(store_id: int) -> ResponseReturnValue:
    """List the store's quarantined records."""
    store = get_store_or_404(store_id)
    after, before = id_param("after"), id_param("before")
    found = list_quarantine(store, after=after, before=before)
    retries = retry_status(store)

    def address(**place: int) -> str:
        return url_for("sync.quarantine", store_id=store.id, **place)  # type: ignore[arg-type]

    return render_template(
        "sync/quarantine.html",
        store=store,
        total=found.total,
        entries=found.page.rows,
        resyncs=found.resyncs,
        retry_options=bulk_retry_options(quarantine_counts(store), retries)
        if store.is_working
        else [],
        retries=retries,
        page_params={"after": after, "before": before},
        earlier=found.page.earlier and address(before=found.page.earlier),
        later=found.page.later and address(after=found.page.later),
    )


@blueprint.post("/quarantine/<key:entry_id>/retry")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def retry(store_id: int, entry_id: int) -> ResponseReturnValue:
    """Read one record again and return to the same page of the list."""
    store = get_store_or_404(store_id)
    page_params = {name: id_param(name) for name in ("after", "before") if name in request.args}
    try:
        if retry_entry(current_runtime(), store, entry_id) is None:
            abort(404)
    except RunRefusedError as refused:
        flash_refusal(refused)
    else:
        flash(_("Retrying this record. Reload the page in a moment."), "info")
    return redirect(url_for("sync.quarantine", store_id=store.id, **page_params), 303)  # type: ignore[arg-type]


@blueprint.get("/quarantine/progress")
@login_required
@live_part
def retry_progress(store_id: int) -> ResponseReturnValue:
    """Render the progress of the retries, which htmx polls."""
    store = get_store_or_404(store_id)
    return render_template(
        "stores/progress.html",
        part="sync/_retries.html",
        store=store,
        retries=retry_status(store),
    )


@blueprint.get("/quarantine/all/<resource>")
@login_required
@admins_may_act
def confirm_retry_all(store_id: int, resource: str) -> ResponseReturnValue:
    """Show how many records would be read again and ask for confirmation."""
    store, chosen = get_store_or_404(store_id), get_resource_or_404(resource)
    found = next((each for each in quarantine_counts(store) if each.resource == chosen), None)
    return render_template("sync/retry_all.html", store=store, resource=chosen, found=found)


@blueprint.post("/quarantine/all/<resource>")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def start_retry_all(store_id: int, resource: str) -> ResponseReturnValue:
    """Read all quarantined records of a resource again."""
    store, chosen = get_store_or_404(store_id), get_resource_or_404(resource)
    _retry_all(store, chosen)
    return redirect(url_for("sync.quarantine", store_id=store.id), 303)


def _retry_all(store: Store, resource: Resource) -> None:
    try:
        count = retry_quarantined(current_runtime(), store, resource)
    except RunRefusedError as refused:
        flash_refusal(refused)
        return
    text = ngettext(
        "Retrying %(count)s record.",
        "Retrying %(count)s records.",
        count,
        count=number(count),
    )
    flash(text, "info")
