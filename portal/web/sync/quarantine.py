"""Show which records could not be read, with their payload and why, and have them read again."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from portal.errors import RunRefusedError
from portal.models import Resource, Store
from portal.services.sync.browse_quarantine import browse_quarantine, retry_entry
from portal.services.sync.retry_quarantine import offers_of, retries_of, retry_all, unreadable_of
from portal.web.formats import number
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.pagination import key_in_query
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404
from portal.web.sync.actions import flash_refusal, get_resource_or_404


def add_to(blueprint: Blueprint) -> None:
    """Add the list and its button to the pages' blueprint."""
    blueprint.get("/quarantine")(login_required(quarantine))
    blueprint.get("/quarantine/progress")(login_required(retry_progress))
    blueprint.get("/quarantine/all/<resource>")(login_required(confirm_all))
    blueprint.post("/quarantine/all/<resource>")(
        login_required(limiter.limit(CONTROL_BY_ADDRESS)(retry_everything))
    )
    blueprint.post("/quarantine/<key:entry_id>/retry")(
        login_required(limiter.limit(CONTROL_BY_ADDRESS)(retry))
    )


def quarantine(store_id: int) -> ResponseReturnValue:
    """List the records of the store that could not be read."""
    store = get_store_or_404(store_id)
    after, before = key_in_query("after"), key_in_query("before")
    found = browse_quarantine(store, after=after, before=before)
    retries = retries_of(store)

    def address(**place: int) -> str:
        return url_for("sync.quarantine", store_id=store.id, **place)  # type: ignore[arg-type]

    return render_template(
        "sync/quarantine.html",
        store=store,
        total=found.total,
        entries=found.page.rows,
        wishes=found.wishes,
        offers=offers_of(unreadable_of(store), retries) if store.is_working else [],
        retries=retries,
        here={"after": after, "before": before},
        earlier=found.page.earlier and address(before=found.page.earlier),
        later=found.page.later and address(after=found.page.later),
    )


def retry(store_id: int, entry_id: int) -> ResponseReturnValue:
    """Read one record again, and show the same page of the list."""
    store = get_store_or_404(store_id)
    here = {name: key_in_query(name) for name in ("after", "before") if name in request.args}
    try:
        if retry_entry(current_runtime(), store, entry_id) is None:
            abort(404)
    except RunRefusedError as refused:
        flash_refusal(refused)
    else:
        flash(_("This record is being read again. Reload the page in a moment."), "info")
    return redirect(url_for("sync.quarantine", store_id=store.id, **here), 303)  # type: ignore[arg-type]


def retry_progress(store_id: int) -> ResponseReturnValue:
    """Return how far the reading again is, for htmx."""
    store = get_store_or_404(store_id)
    return render_template("sync/_retries.html", store=store, retries=retries_of(store))


def confirm_all(store_id: int, resource: str) -> ResponseReturnValue:
    """Say how many records would be read again, and ask."""
    store, chosen = get_store_or_404(store_id), get_resource_or_404(resource)
    found = next((each for each in unreadable_of(store) if each.resource == chosen), None)
    return render_template("sync/retry_all.html", store=store, resource=chosen, found=found)


def retry_everything(store_id: int, resource: str) -> ResponseReturnValue:
    """Read all unreadable records of a resource again."""
    store, chosen = get_store_or_404(store_id), get_resource_or_404(resource)
    _retry_all(store, chosen)
    return redirect(url_for("sync.quarantine", store_id=store.id), 303)


def _retry_all(store: Store, resource: Resource) -> None:
    try:
        count = retry_all(current_runtime(), store, resource)
    except RunRefusedError as refused:
        flash_refusal(refused)
        return
    said = ngettext(
        "%(count)s record is being read again.",
        "%(count)s records are being read again.",
        count,
        count=number(count),
    )
    flash(said, "info")
