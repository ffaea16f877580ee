"""Resources and runs by name or ID, and the message of a refused action."""

from __future__ import annotations

from flask import abort, flash
from flask_babel import gettext

from portal.errors import RunRefusedError
from portal.models import SYNC_ORDER, Resource, Store, SyncRun
from portal.rules.sync.run_refusals import RUN_REFUSAL_TEXTS
from portal.services.runs.list_runs import find_run


def get_resource_or_404(name: str) -> Resource:
    """Return the resource with this name; respond with 404 if there is none."""
    if name not in SYNC_ORDER:
        abort(404)
    return Resource(name)


def get_run_or_404(store: Store, run_id: int) -> SyncRun:
    """Return the store's run; respond with 404 if it is missing."""
    found = find_run(store, run_id)
    if found is None:
        abort(404)
    return found


def flash_refusal(refused: RunRefusedError) -> None:
    """Show on the next page why the action was refused."""
    flash(gettext(RUN_REFUSAL_TEXTS[refused.reason]), "error")
